import test from 'ava';
import { RateCeiling } from '../../../transports/relay/rate-ceiling.ts';
import { grantAll, media, upPair } from './world.ts';

const KBPS = 2_000;
const FRAME_MS = 33;

test('what was sent is paid for at the rate, and a little may go at once', t => {
  const ceiling = new RateCeiling(1_000_000);
  t.true(ceiling.freeAtMs < 0);
  ceiling.sent(1_000, 125);
  t.is(ceiling.freeAtMs, 1_000 + 1 - 20);
  ceiling.sent(1_000, 12_500);
  t.is(ceiling.freeAtMs, 1_000 + 101 - 20);
  ceiling.sent(5_000, 125);
  t.is(ceiling.freeAtMs, 5_001 - 20);
});

/** Streams whose pictures have so many packets each, over a link that may send KBPS. */
function run(packets: readonly number[], durationMs: number) {
  const pair = upPair({ delayMs: 20 }, 1, { maxBitsPerSecond: 1_000 * KBPS });
  const { world, east, west, eastLink, westLink } = pair;
  grantAll(east);
  for (const stream of packets.keys())
    west.with(westLink, (link, nowMs) => link.subscribe(nowMs, `s${stream}`, ['west']));
  world.run(500);
  const bytes = packets.map(() => 0);
  const soundAgesMs: number[] = [];
  const sentAtMs = new Map<number, number>();
  west.react = told => {
    if (told.kind !== 'media') return;
    if (told.track === 'audio') soundAgesMs.push(west.nowMs - sentAtMs.get(told.sequenceNumber)!);
    else bytes[told.id - 1]! += told.packet.length;
  };
  const before = eastLink.counters.bytesSent;
  let number = 0;
  for (let passedMs = 0; passedMs < durationMs; passedMs += FRAME_MS) {
    sentAtMs.set(media(number).sequenceNumber, east.nowMs);
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'audio', media(number, 100)));
    for (const [stream, count] of packets.entries())
      for (let place = 0; place < count; place += 1)
        east.with(eastLink, (link, nowMs) => {
          const packet = { ...media(number * 100 + place), timestamp: 3_000 * number };
          link.sendMedia(nowMs, stream + 1, 'video', packet, place === 0);
        });
    number += 1;
    world.run(FRAME_MS);
  }
  const kbps = ((eastLink.counters.bytesSent - before) * 8) / durationMs;
  return { ...pair, bytes, soundAgesMs, kbps };
}

test('a link that is given more sends no more than it may, and sound does not wait', t => {
  // Some 4.5 Mbit/s.
  const { kbps, soundAgesMs, eastLink, east, west } = run([6, 6, 6], 5_000);
  t.true(kbps < KBPS * 1.1, `${kbps}`);
  t.true(kbps > KBPS * 0.6, `${kbps}`);
  t.true(Math.max(...soundAgesMs) < 40, `${Math.max(...soundAgesMs)}`);
  t.true(eastLink.counters.packetsExpired + eastLink.counters.packetsDroppedAfterGap > 0);
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
});

test('pictures share what there is, and a small stream is not starved by large ones', t => {
  const { bytes } = run([1, 10, 10], 5_000);
  // The first has 270 kbit/s: less than a third of what there is.
  const offered = (5_000 / FRAME_MS) * 1_100;
  t.true(bytes[0]! > offered * 0.95, `${bytes.join()} of ${offered}`);
  t.true(Math.abs(bytes[1]! - bytes[2]!) < 0.5 * Math.max(bytes[1]!, bytes[2]!), bytes.join());
});

test('a link that is given less waits for nothing', t => {
  const { bytes, eastLink } = run([2, 2], 2_000);
  t.is(eastLink.counters.packetsExpired, 0);
  t.true(
    bytes.every(one => one >= 58 * 2 * 1_100),
    bytes.join(),
  );
});
