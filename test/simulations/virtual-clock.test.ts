import test from 'ava';
import fc from 'fast-check';
import { drive, VirtualClock } from '../../simulations/virtual-clock.ts';

test('timers fire by time, then by the order of setting, each at its own time', t => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delayMs: fc.nat({ max: 40 }), cancelled: fc.boolean() }), {
        size: 'max',
        maxLength: 80,
      }),
      timers => {
        const clock = new VirtualClock();
        const fired: [number, number][] = [];
        const set = timers.map(({ delayMs }, i) =>
          clock.setTimer(delayMs, () => fired.push([clock.nowMs(), i])),
        );
        timers.forEach(({ cancelled }, i) => {
          if (cancelled) set[i]!.cancel();
        });
        const expected = timers
          .flatMap(({ delayMs, cancelled }, i): [number, number][] => (cancelled ? [] : [[delayMs, i]]))
          .sort(([one, i], [other, j]) => one - other || i - j);
        t.is(clock.timersSet, expected.length);
        t.is(clock.nextAtMs, expected[0]?.[0]);
        clock.advanceTo(50);
        t.deepEqual(fired, expected);
        t.is(clock.nowMs(), 50);
        t.is(clock.timersSet, 0);
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});

test('advancing fires what its timers set within the same time, and nothing later', t => {
  const clock = new VirtualClock();
  const fired: number[] = [];
  const tick = () => {
    fired.push(clock.nowMs());
    clock.setTimer(10, tick);
  };
  clock.setTimer(-5, tick);
  t.deepEqual(fired, []);
  clock.advanceBy(25);
  t.deepEqual(fired, [0, 10, 20]);
  t.is(clock.nextAtMs, 30);
});

test('time never goes back, and the wall clock goes with it', t => {
  const clock = new VirtualClock(1_000_000);
  clock.advanceTo(50);
  clock.advanceTo(20);
  t.is(clock.nowMs(), 50);
  t.is(clock.wallMs(), 1_000_050);
});

test('cancelling in a timer what is due at the same time keeps it from firing; twice is harmless', t => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.setTimer(5, () => {
    fired.push('first');
    second.cancel();
    second.cancel();
  });
  const second = clock.setTimer(5, () => fired.push('second'));
  const third = clock.setTimer(5, () => fired.push('third'));
  clock.advanceBy(5);
  third.cancel();
  t.deepEqual(fired, ['first', 'third']);
});

test('one step fires one instant: what its timers set for that instant waits for the next step', t => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.setTimer(5, () => {
    fired.push('first');
    clock.setTimer(0, () => fired.push('set by the first'));
  });
  clock.setTimer(5, () => fired.push('second'));
  clock.setTimer(6, () => fired.push('later'));
  clock.advanceToNext();
  t.deepEqual(fired, ['first', 'second']);
  clock.advanceToNext();
  t.deepEqual(fired, ['first', 'second', 'set by the first']);
  t.is(clock.nowMs(), 5);
});

test('two timers that wake each other without end are an error, not a hang', t => {
  const clock = new VirtualClock();
  const again = () => void clock.setTimer(0, again);
  again();
  t.throws(() => clock.advanceBy(1), { message: /stands still/ });
});

/** A system whose messages take a few turns of the event loop. */
function slowSystem() {
  let pending = 0;
  let waiting: (() => void)[] = [];
  return {
    get pending() {
      return pending;
    },
    async whenQuiet() {
      while (pending > 0) await new Promise<void>(resolve => waiting.push(resolve));
    },
    send(handle: () => void) {
      pending += 1;
      setImmediate(() => {
        handle();
        pending -= 1;
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      });
    },
  };
}

test('drive moves time only when all systems are quiet, one waking the other included', async t => {
  const clock = new VirtualClock();
  const [one, other] = [slowSystem(), slowSystem()];
  const seen: [string, number][] = [];
  const see = (what: string) => seen.push([what, clock.nowMs()]);
  clock.setTimer(10, () =>
    one.send(() => other.send(() => one.send(() => other.send(() => see('messages of the first timer'))))),
  );
  clock.setTimer(10.5, () => see('the second timer'));
  await drive(clock, [one, other], 100);
  t.deepEqual(seen, [
    ['messages of the first timer', 10],
    ['the second timer', 10.5],
  ]);
  t.is(clock.nowMs(), 100);
});

test('runUntilQuiet goes on to the last timer, and complains of one that never ends', async t => {
  const clock = new VirtualClock();
  const system = slowSystem();
  let rounds = 0;
  const round = () =>
    system.send(() => {
      rounds += 1;
      if (rounds < 5) clock.setTimer(100, round);
    });
  round();
  await clock.runUntilQuiet(system);
  t.is(rounds, 5);
  t.is(clock.nowMs(), 400);
  const forEver = () => void clock.setTimer(100, forEver);
  forEver();
  await t.throwsAsync(clock.runUntilQuiet(system, 1000), { message: /still set/ });
});
