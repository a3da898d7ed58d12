import test from 'ava';
import fc from 'fast-check';
import { FreezeMeter } from '../../../simulations/bench/freezes.ts';

/** Thirty frames a second for two seconds, then frames after these intervals. */
function meterAfter(...intervalsMs: readonly number[]): { meter: FreezeMeter; nowMs: number } {
  const meter = new FreezeMeter();
  let nowMs = 1000;
  for (let i = 0; i < 60; i += 1) {
    meter.frame(nowMs);
    if (i === 30) meter.begin(nowMs);
    nowMs += 1000 / 30;
  }
  nowMs -= 1000 / 30;
  for (const intervalMs of intervalsMs) {
    nowMs += intervalMs;
    meter.frame(nowMs);
  }
  return { meter, nowMs };
}

for (const [intervalMs, freezes] of [
  [33, 0],
  [182, 0],
  [184, 1],
  [1000, 1],
] as const) {
  test(`at 30 frames a second an interval of ${intervalMs} ms is ${freezes === 1 ? 'a' : 'no'} freeze`, t => {
    const { meter, nowMs } = meterAfter(intervalMs);
    const found = meter.end(nowMs);
    t.is(found.freezes, freezes);
    t.true(Math.abs(found.freezeMs - freezes * intervalMs) < 0.001);
  });
}

test('a slow picture freezes later: at 10 frames a second from three intervals on', t => {
  const slow = Array.from({ length: 30 }, () => 100);
  const calm = meterAfter(...slow, 290);
  t.is(calm.meter.end(calm.nowMs).freezes, 0);
  const frozen = meterAfter(...slow, 310);
  t.is(frozen.meter.end(frozen.nowMs).freezes, 1);
});

test('a freeze that lasts at the end counts as far as it went', t => {
  const { meter, nowMs } = meterAfter();
  t.deepEqual(meter.end(nowMs + 700), { freezes: 1, freezeMs: 700 });
});

test('of a freeze that lasts at the beginning, what is still to come counts', t => {
  const meter = new FreezeMeter();
  for (let i = 0; i <= 30; i += 1) meter.frame(i * 33);
  meter.begin(1490);
  meter.frame(1990);
  t.deepEqual(meter.end(1990), { freezes: 1, freezeMs: 500 });
});

test('nothing that is shown before the beginning counts', t => {
  const meter = new FreezeMeter();
  for (let i = 0; i <= 30; i += 1) meter.frame(i * 33);
  meter.frame(5000);
  meter.begin(5000);
  t.deepEqual(meter.end(5010), { freezes: 0, freezeMs: 0 });
});

test('freezes last no longer than the time that was measured', t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 100 }), intervalsMs => {
      const { meter, nowMs } = meterAfter(...intervalsMs);
      const { freezes, freezeMs } = meter.end(nowMs);
      const measuredMs = nowMs - 2000;
      return freezes <= intervalsMs.length && freezeMs <= measuredMs + 0.001;
    }),
    { seed: 7 },
  );
  t.pass();
});
