import test from 'ava';
import fc from 'fast-check';
import { ClockTelling, MOVED_BEYOND_MS, TOLD_FOR_MS } from '../../../actors/forwarding/clock-telling.ts';
import type { TrackClock } from '../../../actors/forwarding/stream-clock.ts';
import { ntpFromWallMs } from '../../../transports/rtcp/ntp.ts';
import { Estimator } from './estimator.ts';

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

const everySecond = Array.from({ length: 60 }, (_, i) => i * 1000);

for (const first of [0, 2 ** 31 - 90_000, 2 ** 32 - 90_000]) {
  test(`from timestamp ${first} on, of a report a second all are told one in four, before five seconds are over`, t => {
    const told = toldAt(everySecond, atMs => clockAt(atMs, { first }));
    t.deepEqual(told.slice(0, 5), [0, 4000, 8000, 12_000, 16_000]);
  });
}

test('reports as seldom as those of audio are told, each of them', t => {
  const moments = [0, 5000, 7600, 15_000, 19_000, 21_500, 29_000];
  t.deepEqual(
    toldAt(moments, atMs => clockAt(atMs)),
    moments,
  );
});

test('a clock that has moved against the track is told at once, and again and again until the line is drawn anew', t => {
  const moved = (by: number) => (atMs: number) => clockAt(atMs, { slipMs: atMs >= 9000 ? by : 0 });
  const anew = [0, 4000, 8000, ...everySecond.slice(9, 29), 32_000, 36_000];
  t.deepEqual(toldAt(everySecond, moved(MOVED_BEYOND_MS + 1)).slice(0, anew.length), anew);
  t.deepEqual(toldAt(everySecond, moved(-MOVED_BEYOND_MS - 1)).slice(0, anew.length), anew);
  t.deepEqual(toldAt(everySecond, moved(MOVED_BEYOND_MS - 1)).slice(0, 4), [0, 4000, 8000, 12_000]);
});

/** By how much a viewer of those reports is wrong, ms, so long after the clock moved by `slipMs`. */
function wrongAfter(slipMs: number, afterMs: number, isTold: boolean): number {
  const telling = makeTelling();
  const viewer = new Estimator();
  const movedAtMs = 120_000;
  for (let atMs = 0; atMs <= movedAtMs + afterMs; atMs += 1000) {
    const clock = clockAt(atMs, { slipMs: atMs >= movedAtMs ? slipMs : 0 });
    const told = [...telling.report(atMs, clock, ['viewer'])];
    if (isTold || told.length > 0) viewer.take(clock.ntp, clock.timestamp);
  }
  const nowMs = movedAtMs + afterMs;
  return viewer.ntpMsAt(clockAt(nowMs).timestamp)! - (WALL_MS + nowMs + slipMs);
}

for (const slipMs of [100, -100, 40, -60_000, 2_000_000]) {
  test(`a viewer follows a clock that has moved by ${slipMs} ms hardly later than one that is told all`, t => {
    // The old reports of the line lie further back, and so weigh more, until they are forgotten.
    for (const afterMs of [4000, 10_000, 15_000]) {
      const [thinned, whole] = [wrongAfter(slipMs, afterMs, false), wrongAfter(slipMs, afterMs, true)];
      t.true(
        Math.abs(thinned) <= Math.abs(whole) * 2 + 1,
        `${afterMs} ms after: ${thinned} ms, and ${whole} ms if told all`,
      );
    }
    t.true(Math.abs(wrongAfter(slipMs, 20_000, false)) < 1);
  });
}

test('who has just come is told the next three as well, unless it leaves', t => {
  const telling = makeTelling();
  const all = ['old', 'new', 'gone'];
  const told = (atMs: number) => [...telling.report(atMs, clockAt(atMs), all)];
  t.deepEqual(told(0), all);
  telling.join('new');
  telling.join('gone');
  t.deepEqual(told(500), ['new', 'gone']);
  telling.leave('gone');
  t.deepEqual(told(1000), ['new']);
  t.deepEqual(told(1500), ['new']);
  t.deepEqual(told(2000), []);
  t.deepEqual(told(4500), all);
});

test('one that all are told counts for who has just come', t => {
  const telling = makeTelling();
  telling.join('new');
  const told = (atMs: number) => [...telling.report(atMs, clockAt(atMs), ['old', 'new'])];
  t.deepEqual([told(0), told(1000), told(2000), told(3000)], [['old', 'new'], ['new'], ['new'], []]);
});

test('whenever reports come, what a viewer holds is too old by no more than a report took longer than the one before', t => {
  const reports = fc.array(fc.tuple(fc.integer({ min: 1, max: 7500 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 1,
    maxLength: 100,
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(reports, steps => {
        const telling = makeTelling();
        let held = { atMs: Number.NEGATIVE_INFINITY, slipMs: 0 };
        let [nowMs, stepBeforeMs] = [0, Number.POSITIVE_INFINITY];
        for (const [stepMs, slipMs] of steps) {
          nowMs += stepMs;
          // Just before this report, when there was one before it.
          const isLate = nowMs - held.atMs > Math.max(stepMs, TOLD_FOR_MS + stepMs - stepBeforeMs);
          if (Number.isFinite(held.atMs) && isLate) return false;
          if ([...telling.report(nowMs, clockAt(nowMs, { slipMs }), ['one'])].length > 0)
            held = { atMs: nowMs, slipMs };
          stepBeforeMs = stepMs;
          // Timestamps are whole, and milliseconds of NTP not quite.
          if (Math.abs(slipMs - held.slipMs) > MOVED_BEYOND_MS + 0.1) return false;
        }
        return true;
      }),
    ),
  );
});
