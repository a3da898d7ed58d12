import test from 'ava';
import fc from 'fast-check';
import { RateMeter } from '../../../transports/rtp/bitrate.ts';

test('a steady stream has its rate, from the first full second on', t => {
  const meter = new RateMeter();
  for (let nowMs = 5000; nowMs < 10_000; nowMs += 10) {
    meter.add(nowMs, 100);
    if (nowMs < 6000) continue;
    t.true(Math.abs(meter.bytesPerSecond(nowMs) - 10_000) <= 110, `at ${nowMs}`);
    t.true(Math.abs(meter.packetsPerSecond(nowMs) - 100) <= 1.1, `at ${nowMs}`);
  }
});

test('falls to nothing within a second of silence', t => {
  const meter = new RateMeter();
  meter.add(0, 1000);
  t.true(meter.bytesPerSecond(949) > 0);
  t.is(meter.bytesPerSecond(1000), 0);
  t.is(meter.packetsPerSecond(1e9), 0);
});

test('over any arrivals, counts between the last 950 and 1000 ms', t => {
  const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.nat(1500)), { minLength: 1 });
  fc.assert(
    fc.property(arrivals, steps => {
      const meter = new RateMeter();
      const seen: { atMs: number; size: number }[] = [];
      let nowMs = 1000;
      for (const [stepMs, size] of steps) {
        nowMs += stepMs;
        meter.add(nowMs, size);
        seen.push({ atMs: nowMs, size });
        const within = (ageMs: number) =>
          seen.filter(one => nowMs - one.atMs < ageMs).reduce((sum, one) => sum + one.size, 0);
        const rate = meter.bytesPerSecond(nowMs);
        if (rate < within(950) || rate > within(1000) / 0.95) return false;
      }
      return true;
    }),
  );
  t.pass();
});
