import test from 'ava';
import { LoadMeter, STARVED_LATE_MS } from '../../../actors/shard/load-meter.ts';

const nothing = { publishers: 0, viewers: 0, counters: {} };
const from = { idleMs: 100, busyMs: 200, cpuMs: 50 };

/** What a second brings: half of it a processor, and something to do in nine tenths. */
function second(lateMs: readonly number[]): LoadMeter {
  const meter = new LoadMeter(5000, from);
  for (const one of lateMs) meter.fired(one);
  return meter;
}
const after = { idleMs: 200, busyMs: 1100, cpuMs: 550 };

test('a thread that waits for its turn among others, and is in time, is as busy as the processor that it uses', t => {
  t.is(second([0, STARVED_LATE_MS, 10, -3]).measure(6000, after, nothing).utilisation, 0.5);
  t.is(second([]).measure(6000, after, nothing).utilisation, 0.5);
});

test('one that is late by that has all that it can do', t => {
  t.is(second([STARVED_LATE_MS, STARVED_LATE_MS]).measure(6000, after, nothing).utilisation, 0.9);
  t.is(second([0, 0, 0, 4 * STARVED_LATE_MS]).measure(6000, after, nothing).utilisation, 0.9);
});

test('each measurement is of the time since the last one', t => {
  const meter = second([1000]);
  const report = {
    publishers: 1,
    viewers: 2,
    counters: { packets_received_total: 10, packets_sent_total: 990 },
  };
  t.deepEqual(meter.measure(7000, after, report), {
    utilisation: 0.9,
    publishers: 1,
    viewers: 2,
    packetsPerSecond: 500,
  });
  const next = meter.measure(8000, { idleMs: 1100, busyMs: 1200, cpuMs: 650 }, report);
  t.is(next.utilisation, 0.1);
  t.is(next.packetsPerSecond, 0);
});

test('no measurement is out of range, whatever the clocks say', t => {
  const meter = new LoadMeter(0, from);
  t.is(meter.measure(0, after, nothing).utilisation, 0);
  t.is(meter.measure(10, { idleMs: 0, busyMs: 0, cpuMs: 9000 }, nothing).utilisation, 1);
  t.is(meter.measure(20, from, nothing).utilisation, 0);
});
