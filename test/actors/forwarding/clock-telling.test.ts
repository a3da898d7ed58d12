import test from 'ava';
import fc from 'fast-check';
import { ClockTelling, RETELL_AFTER_MS, RETELL_BEYOND_MS } from '../../../actors/forwarding/clock-telling.ts';
import type { TrackClock } from '../../../actors/forwarding/stream-clock.ts';
import { ntpFromWallMs } from '../../../transports/rtcp/ntp.ts';

const WALL_MS = 1_790_000_000_000;
const PER_MS = 90;

/** What the publisher says at `atMs`, when its track's timestamps began at `first` and its clock is off by `slipMs`. */
function clockAt(atMs: number, { first = 0, slipMs = 0 } = {}): TrackClock {
  return { ntp: ntpFromWallMs(WALL_MS + atMs + slipMs), timestamp: Math.round(first + atMs * PER_MS) >>> 0 };
}

const makeTelling = () => new ClockTelling<string>(PER_MS * 1000);

/** The moments at which somebody who has always been there is told, of a publisher's reports at `moments`. */
function toldAt(moments: readonly number[], clockOf: (atMs: number) => TrackClock): number[] {
  const telling = makeTelling();
  return moments.filter(atMs => [...telling.report(atMs, clockOf(atMs), ['old'])].includes('old'));
}

const everySecond = Array.from({ length: 20 }, (_, i) => i * 1000);

for (const first of [0, 2 ** 31 - 90_000, 2 ** 32 - 90_000]) {
  test(`from timestamp ${first} on, all are told of one report in five seconds`, t => {
    t.deepEqual(
      toldAt(everySecond, atMs => clockAt(atMs, { first })),
      [0, 5000, 10_000, 15_000],
    );
  });
}

test('a clock that has moved against the track is told at once, and then again in its time', t => {
  const moved = (by: number) => (atMs: number) => clockAt(atMs, { slipMs: atMs >= 8000 ? by : 0 });
  t.deepEqual(toldAt(everySecond, moved(RETELL_BEYOND_MS + 1)), [0, 5000, 8000, 13_000, 18_000]);
  t.deepEqual(toldAt(everySecond, moved(-RETELL_BEYOND_MS - 1)), [0, 5000, 8000, 13_000, 18_000]);
  t.deepEqual(toldAt(everySecond, moved(RETELL_BEYOND_MS - 1)), [0, 5000, 10_000, 15_000]);
});

test('who has just come is told the next three as well, unless it leaves', t => {
  const telling = makeTelling();
  const all = ['old', 'new', 'gone'];
  const told = (atMs: number) => [...telling.report(atMs, clockAt(atMs), all)];
  t.deepEqual(told(0), all);
  telling.join('new');
  telling.join('gone');
  t.deepEqual(told(1000), ['new', 'gone']);
  telling.leave('gone');
  t.deepEqual(told(2000), ['new']);
  t.deepEqual(told(3000), ['new']);
  t.deepEqual(told(4000), []);
  t.deepEqual(told(5000), all);
});

test('one that all are told counts for who has just come', t => {
  const telling = makeTelling();
  telling.join('new');
  const told = (atMs: number) => [...telling.report(atMs, clockAt(atMs), ['old', 'new'])];
  t.deepEqual([told(0), told(1000), told(2000), told(3000)], [['old', 'new'], ['new'], ['new'], []]);
});

test('whenever reports come, what a viewer holds is never older than its time, nor off by more than it may be', t => {
  const reports = fc.array(fc.tuple(fc.integer({ min: 1, max: 7500 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 1,
    maxLength: 100,
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(reports, steps => {
        const telling = makeTelling();
        let held = { atMs: Number.NEGATIVE_INFINITY, slipMs: 0 };
        let nowMs = 0;
        for (const [afterMs, slipMs] of steps) {
          nowMs += afterMs;
          if ([...telling.report(nowMs, clockAt(nowMs, { slipMs }), ['one'])].length > 0)
            held = { atMs: nowMs, slipMs };
          if (nowMs - held.atMs >= RETELL_AFTER_MS) return false;
          // Timestamps are whole, and milliseconds of NTP not quite.
          if (Math.abs(slipMs - held.slipMs) > RETELL_BEYOND_MS + 0.1) return false;
        }
        return true;
      }),
    ),
  );
});
