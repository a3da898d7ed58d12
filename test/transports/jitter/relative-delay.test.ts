import test from 'ava';
import fc from 'fast-check';
import { MAX_TRANSIT_STEP_MS, RelativeDelay } from '../../../transports/jitter/relative-delay.ts';
import { timestampStarts } from './timestamp-starts.ts';

const clockRate = 48_000;
const unitsPerMs = clockRate / 1000;
/** Any clock of ours: what counts are differences. */
const epochMs = 1e6;

const wrapped = (timestamp: number) => timestamp % 2 ** 32;

test('is measured against the fastest packet, from any start, whatever the spacing of packets', t => {
  for (const start of timestampStarts) {
    const delays = new RelativeDelay(clockRate);
    const delayOf = (mediaMs: number, transitMs: number) =>
      delays.receive(epochMs + mediaMs + transitMs, wrapped(start + mediaMs * unitsPerMs), false);
    t.is(delayOf(0, 50), 0);
    t.is(delayOf(20, 80), 30);
    t.is(delayOf(40, 40), 0);
    t.is(delayOf(60, 50), 10);
    // A pause of the talker: the timestamps go on with the clock.
    t.is(delayOf(460, 55), 15);
    t.is(delays.greatestMs, 40);
    // The fastest has left the window.
    t.is(delayOf(2100, 70), 15);
    t.is(delays.greatestMs, 15);
  }
});

test('over any arrivals, is that of a window of 2 s, up to one step of 20 ms', t => {
  const packets = fc.array(
    fc.record({ stepMs: fc.integer({ min: 1, max: 300 }), transitMs: fc.integer({ min: 0, max: 900 }) }),
    { minLength: 1, maxLength: 80 },
  );
  fc.assert(
    fc.property(packets, fc.constantFrom(...timestampStarts), (sent, start) => {
      const delays = new RelativeDelay(clockRate);
      const seen: { mediaMs: number; transitMs: number }[] = [];
      let mediaMs = 0;
      for (const { stepMs, transitMs } of sent) {
        mediaMs += stepMs;
        seen.push({ mediaMs, transitMs });
        const delayMs = delays.receive(epochMs + mediaMs + transitMs, start + mediaMs * unitsPerMs, false)!;
        const over = (windowMs: number) => {
          const transits = seen.filter(one => one.mediaMs >= mediaMs - windowMs).map(one => one.transitMs);
          return {
            delayMs: transitMs - Math.min(...transits),
            range: Math.max(...transits) - Math.min(...transits),
          };
        };
        const [least, most] = [over(1980), over(2020)];
        if (delayMs < least.delayMs - 1e-6 || delayMs > most.delayMs + 1e-6) return false;
        if (delays.greatestMs < least.range - 1e-6 || delays.greatestMs > most.range + 1e-6) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('a packet out of order has a delay, and none when it is older than the window', t => {
  const delays = new RelativeDelay(clockRate);
  delays.receive(0, 0, false);
  delays.receive(40, 40 * unitsPerMs, false);
  t.is(delays.receive(150, 20 * unitsPerMs, true), 130);
  delays.receive(3000, 3000 * unitsPerMs, false);
  t.is(delays.receive(3001, 60 * unitsPerMs, true), undefined);
  t.is(delays.receive(3020, 3020 * unitsPerMs, false), 0);
});

test('timestamps that jump, either way, or stand still for long, begin the window anew', t => {
  for (const jumpMs of [MAX_TRANSIT_STEP_MS + 100, 1e6, -MAX_TRANSIT_STEP_MS - 100, -1e6]) {
    const delays = new RelativeDelay(clockRate);
    for (let atMs = 0; atMs < 3000; atMs += 20) delays.receive(atMs, atMs * unitsPerMs, false);
    for (let atMs = 3000; atMs < 6000; atMs += 20) {
      const timestamp = wrapped((atMs + jumpMs) * unitsPerMs + 2 ** 32);
      t.is(delays.receive(atMs, timestamp, false), 0, `${jumpMs} ms, at ${atMs}`);
    }
    t.is(delays.greatestMs, 0);
  }
});

test('a restart compares with nothing before it', t => {
  const delays = new RelativeDelay(clockRate);
  delays.receive(0, 0, false);
  delays.receive(1000, 0, false);
  t.is(delays.greatestMs, 1000);
  delays.restart();
  t.is(delays.greatestMs, 0);
  t.is(delays.receive(1020, 123_456_789, false), 0);
  t.is(delays.receive(1050, 123_456_789 + 960, false), 10);
});
