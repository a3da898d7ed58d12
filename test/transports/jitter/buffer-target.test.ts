import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import {
  BufferTarget,
  LEAST_TARGET_MS,
  MOST_TARGET_MS,
  START_TARGET_MS,
} from '../../../transports/jitter/buffer-target.ts';
import { timestampStarts } from './timestamp-starts.ts';

const clockRate = 48_000;
const spacingMs = 20;
const unitsPerPacket = (clockRate * spacingMs) / 1000;

interface Line {
  readonly target: BufferTarget;
  /** Sends for a while; each packet arrives as much later as `delayMs` says, in order. */
  run(durationMs: number, delayMs: (sentMs: number) => number): void;
  /** Time passes; the sender's clock counts on, or stands still. */
  pause(durationMs: number, clock: 'goes on' | 'stands still'): void;
  nowMs(): number;
  timestamp(): number;
}

function line(start = 0, target = new BufferTarget(clockRate)): Line {
  let sentMs = 5000;
  let arrivedMs = 0;
  let timestamp = start;
  return {
    target,
    run(durationMs, delayMs) {
      for (const endMs = sentMs + durationMs; sentMs < endMs; sentMs += spacingMs) {
        arrivedMs = Math.max(arrivedMs, sentMs + delayMs(sentMs));
        target.receive(arrivedMs, timestamp, false);
        timestamp = (timestamp + unitsPerPacket) % 2 ** 32;
      }
    },
    pause(durationMs, clock) {
      sentMs += durationMs;
      if (clock === 'goes on') timestamp = (timestamp + (durationMs * clockRate) / 1000) % 2 ** 32;
    },
    nowMs: () => arrivedMs,
    timestamp: () => timestamp,
  };
}

const steady = () => 30;

test('starts at 80 ms, and is one bucket on a line without jitter, from any start', t => {
  for (const start of timestampStarts) {
    const { target, run } = line(start);
    run(480, steady);
    t.is(target.targetMs, START_TARGET_MS);
    run(100_000, steady);
    t.is(target.targetMs, 20);
  }
});

test('covers the greatest delays of nearly all half seconds, from any start', t => {
  for (const start of timestampStarts) {
    const random = seededRandom('jitter');
    const { target, run } = line(start);
    run(60_000, () => 30 + random.unit() * 110);
    // Of 25 packets in half a second, the slowest is nearly always among the slowest tenth.
    t.true(target.targetMs >= 100 && target.targetMs <= 120, `${target.targetMs} from ${start}`);
  }
});

test('says when it has become another, and only then', t => {
  const target = new BufferTarget(clockRate);
  const random = seededRandom('changes');
  let last = target.targetMs;
  for (let count = 0; count < 5000; count += 1) {
    const changed = target.receive(count * spacingMs + random.unit() * 80, count * unitsPerPacket, false);
    t.is(changed, target.targetMs !== last);
    last = target.targetMs;
  }
});

test('a burst of delay raises it at once, and half a minute later it is forgotten', t => {
  const { target, run } = line();
  run(120_000, steady);
  run(4000, sentMs => (sentMs % 500 === 0 ? 330 : 30));
  t.true(target.targetMs >= 300, String(target.targetMs));
  run(60_000, steady);
  t.is(target.targetMs, 20);
});

test('a source that is silent and comes back is not jitter, whether its clock went on or stood still', t => {
  for (const clock of ['goes on', 'stands still'] as const) {
    const { target, run, pause } = line();
    run(30_000, steady);
    for (let times = 0; times < 20; times += 1) {
      pause(5000 + 777 * times, clock);
      run(1000, steady);
      t.is(target.targetMs, 20, `after pause ${times}, while the clock ${clock}`);
    }
  }
});

test('discontinuous transmission, a packet every 400 ms, is not jitter', t => {
  const { target, run, pause } = line();
  run(10_000, steady);
  for (let times = 0; times < 200; times += 1) {
    pause(380, 'goes on');
    run(spacingMs, steady);
    t.is(target.targetMs, 20);
  }
});

test('another publisher, after a restart, is not jitter, and what was learnt stays', t => {
  const { target, run, nowMs } = line();
  run(60_000, sentMs => (sentMs % 400 === 0 ? 180 : 30));
  const learnt = target.targetMs;
  t.is(learnt, 160);
  target.restart();
  t.is(target.greatestDelayMs, 0);
  const since = nowMs() + 700;
  for (let count = 0; count < 20; count += 1) {
    target.receive(since + count * spacingMs, 777_777 + count * unitsPerPacket, false);
    t.is(target.targetMs, learnt);
  }
  t.is(target.greatestDelayMs, 0);
});

/** Every `every`th packet comes late by `lateMs`, after those behind it. */
function withReordering(every: number, lateMs: number): BufferTarget {
  const target = new BufferTarget(clockRate);
  const packets = Array.from({ length: 6000 }, (_, count) => {
    const sentMs = count * spacingMs;
    return { count, atMs: sentMs + (count % every === every - 1 ? lateMs : 0) };
  }).sort((a, b) => a.atMs - b.atMs);
  let highest = -1;
  for (const { count, atMs } of packets) {
    target.receive(atMs, count * unitsPerPacket, count < highest);
    highest = Math.max(highest, count);
  }
  return target;
}

test('waits for packets out of order only where that costs less than doing without them', t => {
  // 10 % for 125 ms: worth 200 ms of waiting.
  t.is(withReordering(10, 125).targetMs, 140);
  // 2 % for 125 ms: worth no more than 40.
  t.is(withReordering(50, 125).targetMs, 20);
  // 2 % for 45 ms: that is 20 more than one bucket.
  t.is(withReordering(50, 45).targetMs, 60);
});

test('keeps to its limits', t => {
  const wild = line();
  wild.run(60_000, sentMs => (sentMs % 4000 === 0 ? MOST_TARGET_MS - 10 : 0));
  t.is(wild.target.targetMs, MOST_TARGET_MS);
  const calm = line();
  calm.run(60_000, steady);
  t.is(calm.target.targetMs, LEAST_TARGET_MS);
  const limited = line(0, new BufferTarget(clockRate, { leastMs: 100, mostMs: 400 }));
  t.is(limited.target.targetMs, 100);
  limited.run(60_000, sentMs => (sentMs % 500 === 0 ? 1000 : 0));
  t.is(limited.target.targetMs, 400);
  limited.run(120_000, steady);
  t.is(limited.target.targetMs, 100);
});
