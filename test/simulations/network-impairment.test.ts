import test from 'ava';
import fc from 'fast-check';
import { Impairment, type LinkSettings } from '../../simulations/impairment.ts';
import { seededRandom, world } from './network-world.ts';

const settings = fc.record({
  delayMs: fc.constantFrom(0, 3, 40),
  jitterMs: fc.constantFrom(0, 0.5, 30),
  loss: fc.constantFrom(0, 0.05, 0.3),
  burst: fc.constantFrom(2, 5),
  duplicate: fc.constantFrom(0, 0.1),
  rateBps: fc.constantFrom(1_000_000, 100_000_000),
});
const seed = fc.integer();

/** Sends 200 numbered datagrams, one a millisecond, and waits for them. */
function run(link: LinkSettings, withSeed: number) {
  const made = world(link, withSeed);
  for (let nowMs = 0; nowMs < 200; nowMs += 1) {
    made.clock.turnTo(nowMs);
    made.send();
  }
  made.clock.turnTo(10_000);
  return made;
}

test('the same seed brings the same deliveries', t => {
  fc.assert(
    fc.property(settings, fc.constantFrom(0, 0.2), seed, (link, reorder, withSeed) => {
      t.deepEqual(run({ ...link, reorder }, withSeed).arrivals, run({ ...link, reorder }, withSeed).arrivals);
    }),
    { seed: 1, numRuns: 15 },
  );
  t.notDeepEqual(run({ loss: 0.3 }, 1).arrivals, run({ loss: 0.3 }, 2).arrivals);
});

test('first in, first out, unless reordering is asked for', t => {
  fc.assert(
    fc.property(settings, seed, (link, withSeed) => {
      const numbers = run(link, withSeed).arrivals.map(arrival => arrival.number);
      t.true(numbers.every((number, i) => i === 0 || number >= numbers[i - 1]!));
    }),
    { seed: 1, numRuns: 30 },
  );
});

test('every datagram is accounted for', t => {
  fc.assert(
    fc.property(settings, seed, (link, withSeed) => {
      const { network, arrivals } = run(link, withSeed);
      const { offered, scheduled, lost, queueDropped, duplicated } = network.linkStatistics(
        '192.0.2.1',
        '198.51.100.1',
      );
      t.is(offered, 200);
      t.is(offered + duplicated, scheduled + lost + queueDropped);
      t.is(arrivals.length, scheduled);
      t.is(network.inFlight, 0);
    }),
    { seed: 1, numRuns: 15 },
  );
});

for (const loss of [0, 0.01, 0.05, 0.3, 0.9, 1])
  for (const burst of [undefined, 3, 10]) {
    if (burst !== undefined && loss > 0.7 && loss < 1 && burst === 3) continue;
    test(`a share of ${loss} is lost, in runs of ${burst ?? 'their own'}`, t => {
      const link = new Impairment({ loss, ...(burst && { burst }) }, seededRandom(4));
      const count = 100_000;
      let runs = 0;
      let wasLost = false;
      for (let i = 0; i < count; i += 1) {
        const isLost = link.offer(i, 100).length === 0;
        if (isLost && !wasLost) runs += 1;
        wasLost = isLost;
      }
      const { lost } = link.statistics;
      t.true(Math.abs(lost / count - loss) <= 0.15 * Math.min(loss, 1 - loss), `lost ${lost} of ${count}`);
      if (burst === undefined || loss === 0 || loss === 1) return;
      t.true(Math.abs(lost / runs / burst - 1) < 0.15, `runs of ${lost / runs}`);
    });
  }

test('jitter adds between nothing and all of it', t => {
  const link = new Impairment({ delayMs: 10, jitterMs: 8 }, seededRandom(7));
  const delays = Array.from({ length: 1000 }, (_, i) => link.offer(100 * i, 1)[0]! - 100 * i);
  t.true(Math.min(...delays) >= 10 && Math.max(...delays) < 18);
  t.true(Math.min(...delays) < 10.5 && Math.max(...delays) > 17.5);
});

test('a bottleneck spaces datagrams out and drops what its queue cannot hold', t => {
  // 1000 bytes take 8 ms at 1 Mbit/s.
  const link = new Impairment({ rateBps: 1_000_000, queueBytes: 3000, delayMs: 1 }, seededRandom(1));
  t.deepEqual(
    Array.from({ length: 5 }, () => link.offer(0, 1000)),
    [[9], [17], [25], [], []],
  );
  t.is(link.statistics.queueDropped, 2);
  t.deepEqual(link.offer(8, 1000), [33]);
  t.deepEqual(link.offer(1000, 1000), [1009]);
});

test('what is held back is overtaken, and nothing waits for it', t => {
  const { clock, send, arrivals, network } = world({ delayMs: 5, reorder: 0.1, reorderHoldMs: 20 }, 3);
  for (let nowMs = 0; nowMs < 300; nowMs += 1) {
    clock.turnTo(nowMs);
    send();
  }
  clock.turnTo(1000);
  const late = arrivals.filter(({ atMs, number }) => atMs - number === 25).length;
  const onTime = arrivals.filter(({ atMs, number }) => atMs - number === 5).length;
  t.is(late + onTime, 300);
  t.is(late, network.linkStatistics('192.0.2.1', '198.51.100.1').reordered);
  t.true(late > 10 && late < 60, `${late} late`);
});

test('copies come as often as asked', t => {
  const link = new Impairment({ duplicate: 0.25 }, seededRandom(2));
  for (let i = 0; i < 10_000; i += 1) link.offer(i, 10);
  t.true(Math.abs(link.statistics.duplicated - 2500) < 200);
  t.is(link.statistics.scheduled, 10_000 + link.statistics.duplicated);
  t.is(link.statistics.bytesScheduled, 10 * link.statistics.scheduled);
});

test('settings that cannot be are refused', t => {
  for (const link of [
    { loss: 1.1 },
    { duplicate: -1 },
    { reorder: Number.NaN },
    { loss: 0.1, burst: 0.5 },
    { loss: 0.9, burst: 2 },
    { loss: 0.1, burstLoss: 0.5 },
    { loss: 0.1, burst: 2, burstLoss: 0 },
    { loss: 0.6, burst: 2, burstLoss: 0.5 },
  ])
    t.throws(() => new Impairment(link, seededRandom(1)), { instanceOf: RangeError }, JSON.stringify(link));
});

test('a change ends a run of losses when it ends the losses', t => {
  const link = new Impairment({ loss: 1 }, seededRandom(1));
  t.deepEqual(link.offer(0, 1), []);
  link.change({ loss: 0, burst: 50 });
  t.deepEqual(link.offer(1, 1), [1]);
});

test('Gilbert-Elliott: within a run only a share is lost, and the long run comes out all the same', t => {
  const link = new Impairment({ loss: 0.05, burst: 20, burstLoss: 0.5 }, seededRandom(9));
  const lost = Array.from({ length: 200_000 }, (_, i) => link.offer(i, 100).length === 0);
  const share = lost.filter(isLost => isLost).length / lost.length;
  t.true(Math.abs(share - 0.05) < 0.005, `${share} lost`);
  // Of those that follow a lost one, as many are lost as a run of 20 leaves in danger: 0.5 times 0.95.
  const after = lost.filter((_, i) => lost[i - 1] === true);
  const again = after.filter(isLost => isLost).length / after.length;
  t.true(Math.abs(again - 0.475) < 0.03, `${again} lost after another`);
});
