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
  const { growth, rssMbFirst, rssMbLast } = lived(60, minute => 100 + 5 * Math.min(minute, 10));
  t.deepEqual(growth, {
    mbPerHour: 0,
    mbGrown: 0,
    descriptorsPerHour: 0,
    descriptorsGrown: 0,
    othersRestarted: 0,
  });
  t.deepEqual([rssMbFirst, rssMbLast], [100, 150]);
});

test('a leak shows through the ups and downs of the collector, and comes to more the longer it lasts', t => {
  for (const [hours, grown] of [
    [1, 25],
    [8, 235],
  ] as const) {
    const { growth } = lived(
      hours * 60,
      minute => 100 + (minute % 5) * 10 + minute / 2,
      minute => 40 + minute / 5,
    );
    t.true(Math.abs(growth!.mbPerHour - 30) < 2, `${growth!.mbPerHour}`);
    t.true(Math.abs(growth!.mbGrown - grown) < 2, `${growth!.mbGrown}`);
    t.true(Math.abs(growth!.descriptorsPerHour - 12) < 0.1, `${growth!.descriptorsPerHour}`);
  }
});

test('a life that is too short to tell has no growth', t => {
  t.is(lived(24, () => 100).growth, undefined);
  t.not(lived(25, () => 100).growth, undefined);
});

test('a run that is looked at seldom is judged all the same', t => {
  const lifetimes = new Lifetimes();
  for (let hour = 0; hour <= 168; hour += 0.25)
    lifetimes.add('relay', 7, { atMs: hour * HOUR_MS, rssMb: 100 + hour, descriptors: 40, cpuMs: 0 });
  const { growth } = lifetimes.figures(168 * HOUR_MS)[0]!;
  t.is(growth!.mbPerHour, 1);
});

test('others that were started again while it lived are counted once each', t => {
  const lifetimes = new Lifetimes();
  const lives = (name: string, pid: number, from: number, to: number) => {
    for (let minute = from; minute <= to; minute += 1)
      lifetimes.add(name, pid, { atMs: minute * MINUTE_MS, rssMb: 1, descriptors: 1, cpuMs: 0 });
  };
  // Who is seen in the same look a moment later has not been started again; nor does what it did itself count.
  lives('relay', 1, 0, 1);
  lives('push', 2, 0.01, 9);
  lives('pull', 3, 0.02, 5);
  lives('relay', 4, 2, 60);
  lives('pull', 5, 6, 60);
  lives('push', 6, 10, 20);
  lives('push', 7, 21, 60);
  t.deepEqual(
    lifetimes
      .figures(HOUR_MS)
      .filter(({ growth }) => growth !== undefined)
      .map(({ pid, growth }) => [pid, growth!.othersRestarted]),
    [
      [4, 2],
      [5, 1],
      [7, 0],
    ],
  );
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
