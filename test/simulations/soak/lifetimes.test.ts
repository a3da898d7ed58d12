import test from 'ava';
import { Lifetimes, slope } from '../../../simulations/soak/lifetimes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Looked at every minute. */
function lived(minutes: number, rssMb: (minute: number) => number, descriptors = (_: number) => 40) {
  const lifetimes = new Lifetimes();
  for (let minute = 0; minute <= minutes; minute += 1) {
    const atMs = minute * MINUTE_MS;
    const sample = { atMs, rssMb: rssMb(minute), descriptors: descriptors(minute), cpuMs: atMs / 20 };
    lifetimes.add('relay', 7, sample);
  }
  return lifetimes.figures(HOUR_MS)[0]!;
}

test('a line has its own slope, and one point none', t => {
  t.is(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  );
  t.is(slope([[1, 5]]), 0);
});

test('what grows only while it warms up is flat', t => {
  const { slopes, rssMbFirst, rssMbLast } = lived(60, minute => 100 + 5 * Math.min(minute, 10));
  t.deepEqual(slopes, { mbPerHour: 0, descriptorsPerHour: 0 });
  t.deepEqual([rssMbFirst, rssMbLast], [100, 150]);
});

test('a leak shows through the ups and downs of the collector', t => {
  const { slopes } = lived(
    60,
    minute => 100 + (minute % 2) * 10 + minute / 2,
    minute => 40 + minute / 5,
  );
  t.true(Math.abs(slopes!.mbPerHour - 30) < 1, `${slopes!.mbPerHour}`);
  t.is(slopes!.descriptorsPerHour, 12);
});

test('a life that is too short to tell has no slope', t => {
  t.is(lived(24, () => 100).slopes, undefined);
  t.not(lived(26, () => 100).slopes, undefined);
});

test('a process that is started again lives anew', t => {
  const lifetimes = new Lifetimes();
  for (const pid of [7, 8, 7]) {
    lifetimes.add('relay', pid, { atMs: pid * 1000, rssMb: 1, descriptors: 1, cpuMs: 0 });
  }
  t.deepEqual(
    lifetimes.figures(HOUR_MS).map(({ pid }) => pid),
    [7, 8],
  );
});

test('its cores are what it used of its time', t => t.is(lived(60, () => 1).cores, 0.05));
