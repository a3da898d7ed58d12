import test from 'ava';
import fc from 'fast-check';
import {
  FULL_FROM,
  homeShard,
  OVERLOADED_FROM,
  OVERLOADED_UNTIL,
  PLACED_UTILISATION,
  PLACED_UTILISATION_MIN,
  ShardChoice,
  SILENT_MS,
  VIEWERS_TO_JUDGE_BY,
} from '../../../actors/node/shard-choice.ts';

const load = (utilisation: number) => ({ utilisation, publishers: 0, viewers: 0, packetsPerSecond: 0 });
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function choiceOf(count: number): ShardChoice {
  const choice = new ShardChoice();
  choice.running(0, count, range(count));
  return choice;
}

/** As long as it takes for the smoothed value to be the measured one. */
function settle(choice: ShardChoice, shard: number, utilisation: number, nowMs = 0): void {
  for (const _ of range(40)) choice.reported(nowMs, shard, load(utilisation));
}

const overloadedOf = (choice: ShardChoice) =>
  choice
    .weighed()
    .filter(({ isOverloaded }) => isOverloaded)
    .map(({ shard }) => shard);

const counts = fc.integer({ min: 1, max: 64 });
const uids = fc.oneof(fc.string({ minLength: 1, maxLength: 128 }), fc.bigInt({ min: 0n }).map(String));
const tokens = fc.base64String({ minLength: 8, maxLength: 24 });

test('a number belongs to the shard that it leaves as a remainder', t => {
  t.is(homeShard('7', 'token', 4), 3);
  t.is(homeShard('007', 'token', 4), 3);
  t.is(homeShard('340282366920938463463374607431768211457', 'token', 2), 1, 'longer than a double is exact');
  t.is(homeShard('12', 'token', 1), 0);
});

test('a user is always on the same shard, whatever the token, as long as nothing is overloaded', t => {
  fc.assert(
    fc.property(counts, uids, fc.array(tokens, { minLength: 1, maxLength: 20 }), (count, uid, some) => {
      const choice = choiceOf(count);
      const chosen = new Set(some.map(token => choice.choose(uid, token)));
      return chosen.size === 1 && chosen.has(homeShard(uid, '', count));
    }),
  );
  t.pass();
});

test('numbers, names and tokens are spread evenly', t => {
  const kinds: Record<string, (i: number) => readonly [string | undefined, string]> = {
    numbers: i => [String(1000 + i), ''],
    names: i => [`student-${i}`, ''],
    tokens: i => [undefined, `token ${i}`],
  };
  for (const [kind, nameOf] of Object.entries(kinds)) {
    for (const count of [2, 3, 8, 64]) {
      const sizes = range(count).map(() => 0);
      for (const i of range(count * 400)) {
        const shard = homeShard(...nameOf(i), count);
        sizes[shard]! += 1;
      }
      // Of 400 drawn at random, five standard deviations.
      for (const size of sizes)
        t.true(Math.abs(size - 400) <= 100, `${kind} on ${count}: ${sizes.join(' ')}`);
    }
  }
});

test('no shard past its limit is chosen, and none is refused while one has room', t => {
  const reports = fc.array(fc.tuple(fc.nat(7), fc.double({ min: 0, max: 1, noNaN: true })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      reports,
      fc.array(uids, { maxLength: 50 }),
      (count, told, who) => {
        const choice = choiceOf(count);
        for (const [shard, utilisation] of told) choice.reported(0, shard, load(utilisation));
        for (const uid of who) {
          const overloaded = overloadedOf(choice);
          const chosen = choice.choose(uid, '');
          if (chosen === 'all overloaded') t.is(overloaded.length, count);
          else if (overloaded.length < count) t.false(overloaded.includes(chosen as number));
        }
      },
    ),
  );
});

test('between the two limits nothing changes, whichever way the load has come there', t => {
  const between = fc.double({ min: OVERLOADED_UNTIL, max: OVERLOADED_FROM, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(fc.boolean(), fc.array(between, { maxLength: 100 }), (fromAbove, loads) => {
      const choice = choiceOf(1);
      settle(choice, 0, fromAbove ? 1 : 0);
      // Not to end below what it settles at.
      settle(choice, 0, fromAbove ? OVERLOADED_UNTIL + 0.01 : OVERLOADED_FROM - 0.01);
      for (const utilisation of loads) {
        choice.reported(0, 0, load(utilisation));
        t.is(overloadedOf(choice).length, fromAbove ? 1 : 0);
      }
    }),
  );
});

test('a steady load changes nothing more than once', t => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (before, steady) => {
        const choice = choiceOf(1);
        for (const utilisation of before) choice.reported(0, 0, load(utilisation));
        const states = range(60).map(() => {
          choice.reported(0, 0, load(steady));
          return overloadedOf(choice).length;
        });
        const flips = states.filter((state, i) => i > 0 && state !== states[i - 1]).length;
        t.true(flips <= 1, `${steady}: ${states.join('')}`);
      },
    ),
  );
});

test('one second of work is no overload, three are; and while none is better off, more are taken until it is full', t => {
  const choice = choiceOf(1);
  choice.reported(0, 0, load(1));
  t.deepEqual(overloadedOf(choice), []);
  choice.reported(1000, 0, load(1));
  choice.reported(2000, 0, load(1));
  t.deepEqual(overloadedOf(choice), [0]);
  t.is(choice.choose('1', ''), 0);
  settle(choice, 0, FULL_FROM + 0.01);
  t.is(choice.choose('1', ''), 'all overloaded');
});

test('sessions just placed count before reports show them, and no longer than that', t => {
  const choice = choiceOf(2);
  settle(choice, 0, 0.8005);
  settle(choice, 1, 0.8005);
  const room = Math.ceil((OVERLOADED_FROM - 0.8005) / PLACED_UTILISATION);
  const placed = range(2 * room).map(i => choice.choose(String(2 * i), ''));
  t.is(placed.filter(shard => shard === 0).length, room, 'at home, until it is full');
  t.is(placed.filter(shard => shard === 1).length, room, 'then elsewhere');
  t.deepEqual(overloadedOf(choice), [0, 1]);
  // They cost nothing after all.
  for (const _ of range(20)) choice.reported(0, 0, load(0.6));
  t.is(choice.choose('1', ''), 0);
});

test('sessions just placed count as those that are there: the less their stream has to say, the more may come', t => {
  const roomFor = (viewers: number, packetsPerViewer: number) => {
    const choice = choiceOf(1);
    const packetsPerSecond = viewers * packetsPerViewer;
    for (const _ of range(40)) choice.reported(0, 0, { ...load(0.5), viewers, packetsPerSecond });
    return range(6000).filter(() => choice.choose('0', '') === 0).length;
  };
  const about = (utilisation: number) => Math.ceil((FULL_FROM - 0.5) / utilisation);
  const isNear = (room: number, expected: number) => Math.abs(room - expected) <= 1;
  t.true(isNear(roomFor(0, 0), about(PLACED_UTILISATION)), 'nobody to judge by');
  t.true(isNear(roomFor(VIEWERS_TO_JUDGE_BY - 1, 50), about(PLACED_UTILISATION)), 'too few to judge by');
  t.true(isNear(roomFor(VIEWERS_TO_JUDGE_BY, 50), about(0.0002)));
  t.true(isNear(roomFor(1000, 50), about(0.0002)));
  t.true(isNear(roomFor(1000, 0), about(PLACED_UTILISATION_MIN)), 'a stream that is silent');
  t.true(isNear(roomFor(1000, 2000), about(PLACED_UTILISATION)), 'never more than if nobody were there');
});

test('who has come and gone since the last report does not make those who come next look dearer', t => {
  const choice = choiceOf(1);
  const [viewers, comings] = [VIEWERS_TO_JUDGE_BY, 400];
  // Each who comes has 30 packets and goes; those who stay have 50 a second.
  const packetsPerSecond = viewers * 50 + comings * 30;
  const refusals = range(20).map(() => {
    choice.reported(0, 0, { ...load(0.7), viewers, packetsPerSecond });
    return range(comings).filter(() => choice.choose('0', '') !== 0).length;
  });
  // Until the first report after them nothing tells that they go.
  t.deepEqual(refusals.slice(2), Array(18).fill(0));
});

test('sessions of an overloaded shard are spread over the others by what these have to do', t => {
  const choice = choiceOf(3);
  settle(choice, 0, 1);
  settle(choice, 1, 0.5);
  settle(choice, 2, 0.4);
  const placed = range(300).map(() => choice.choose('0', ''));
  const on = (shard: number) => placed.filter(one => one === shard).length;
  t.is(on(0), 0);
  t.is(on(2) - on(1), Math.round(0.1 / PLACED_UTILISATION));
});

test('a shard that is away, or is not heard while others are, gets no sessions; one that is back begins anew', t => {
  const choice = choiceOf(2);
  settle(choice, 1, 1);
  choice.running(0, 2, [0]);
  t.is(choice.choose('1', ''), 0);
  choice.running(0, 2, [0, 1]);
  t.is(choice.choose('1', ''), 1);
  choice.reported(SILENT_MS + 1, 0, load(0.5));
  t.is(choice.choose('1', ''), 0);
  choice.reported(SILENT_MS + 2, 1, load(0.5));
  t.is(choice.choose('1', ''), 1);
  choice.running(0, 2, []);
  t.is(choice.choose('1', ''), 'none runs');
});

test('where all are silent none is: this thread itself has slept', t => {
  const choice = choiceOf(2);
  choice.reported(1000, 0, load(0.5));
  choice.reported(1000, 1, load(0.5));
  t.deepEqual([choice.choose('0', ''), choice.choose('1', '')], [0, 1]);
});
