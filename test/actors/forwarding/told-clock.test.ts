import test from 'ava';
import fc from 'fast-check';
import type { TrackClock } from '../../../actors/forwarding/stream-clock.ts';
import { RETELL_AFTER_MS, RETELL_BEYOND_MS, ToldClock } from '../../../actors/forwarding/told-clock.ts';
import { middleOfNtp, ntpFromWallMs, shortUnitsFromMs } from '../../../transports/rtcp/ntp.ts';

const WALL_MS = 1_790_000_000_000;
const PER_MS = 90;

/** What the publisher says at `atMs`, when its track's timestamps began at `first` and its clock is off by `slipMs`. */
function clockAt(atMs: number, { first = 0, slipMs = 0 } = {}): TrackClock {
  return { ntp: ntpFromWallMs(WALL_MS + atMs + slipMs), timestamp: Math.round(first + atMs * PER_MS) >>> 0 };
}

/** The moments at which a viewer is told, of a publisher's reports at `moments`. */
function toldAt(moments: readonly number[], clockOf: (atMs: number) => TrackClock): number[] {
  const told = new ToldClock(PER_MS * 1000);
  return moments.filter(atMs => {
    const isDue = told.isDue(atMs, clockOf(atMs));
    if (isDue) told.tell(atMs, clockOf(atMs));
    return isDue;
  });
}

const everySecond = Array.from({ length: 20 }, (_, i) => i * 1000);

for (const first of [0, 2 ** 31 - 90_000, 2 ** 32 - 90_000]) {
  test(`from timestamp ${first} on, three reports go out as they come, and then one in five seconds`, t => {
    const told = toldAt(everySecond, atMs => clockAt(atMs, { first }));
    t.deepEqual(told, [0, 1000, 2000, 7000, 12_000, 17_000]);
  });
}

test('a clock that has moved against the track is told at once, and then again in its time', t => {
  const moved = (by: number) => (atMs: number) => clockAt(atMs, { slipMs: atMs >= 8000 ? by : 0 });
  t.deepEqual(toldAt(everySecond, moved(RETELL_BEYOND_MS + 1)).slice(3), [7000, 8000, 13_000, 18_000]);
  t.deepEqual(toldAt(everySecond, moved(-RETELL_BEYOND_MS - 1)).slice(3), [7000, 8000, 13_000, 18_000]);
  t.deepEqual(toldAt(everySecond, moved(RETELL_BEYOND_MS - 1)).slice(3), [7000, 12_000, 17_000]);
});

test('whenever reports come, what a viewer holds is never older than its time, nor off by more than it may be', t => {
  const reports = fc.array(fc.tuple(fc.integer({ min: 1, max: 7500 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 1,
    maxLength: 100,
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(reports, steps => {
        const told = new ToldClock(PER_MS * 1000);
        let held = { atMs: 0, slipMs: 0 };
        let nowMs = 0;
        let count = 0;
        for (const [afterMs, slipMs] of steps) {
          nowMs += afterMs;
          const clock = clockAt(nowMs, { slipMs });
          if (told.isDue(nowMs, clock)) {
            told.tell(nowMs, clock);
            held = { atMs: nowMs, slipMs };
            count += 1;
          } else if (count < 3 || nowMs - held.atMs >= RETELL_AFTER_MS) return false;
          // Timestamps are whole, and milliseconds of NTP not quite.
          if (Math.abs(slipMs - held.slipMs) > RETELL_BEYOND_MS + 0.1) return false;
        }
        return true;
      }),
    ),
  );
});

test('the round trip is what passed since the report that is named, less what the viewer held it', t => {
  const told = new ToldClock(PER_MS * 1000);
  const answer = (sent: TrackClock, heldMs: number) => ({
    ssrc: 1,
    fractionLost: 0,
    cumulativeLost: 0,
    extendedHighest: 0,
    jitter: 0,
    lastSenderReport: middleOfNtp(sent.ntp),
    delaySinceLastSenderReport: shortUnitsFromMs(heldMs),
  });
  told.tell(0, clockAt(0));
  told.tell(1000, clockAt(1000));
  told.receive(1200, answer(clockAt(500), 0));
  t.is(told.roundTripMs, undefined, 'one that names no report of ours');
  told.receive(1200, { ...answer(clockAt(0), 0), lastSenderReport: 0 });
  t.is(told.roundTripMs, undefined, 'one that names none');
  told.receive(3250, answer(clockAt(1000), 2200));
  t.true(Math.abs(told.roundTripMs! - 50) < 1);
  told.receive(3300, answer(clockAt(0), 3290));
  t.true(Math.abs(told.roundTripMs! - 10) < 1);
});
