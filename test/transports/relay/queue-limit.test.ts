import test from 'ava';
import { PACKET_MAX_BYTES, TRACK_QUEUE_MAX_SEGMENTS } from '../../../transports/relay/limits.ts';
import { EAST, grantAll, media, upPair, WEST } from './world.ts';

function watching(settings = {}) {
  const pair = upPair({ delayMs: 20, ...settings });
  const { world, east, west, westLink } = pair;
  grantAll(east);
  for (const stream of ['a', 'b'])
    west.with(westLink, (link, nowMs) => link.subscribe(nowMs, stream, ['west']));
  world.run(300);
  const send = (id: number, number: number, canStart = false) =>
    east.with(pair.eastLink, (link, nowMs) => link.sendMedia(nowMs, id, 'video', media(number), canStart));
  return { ...pair, send };
}

test('a track takes no more segments than the limit, and so no more memory', t => {
  const { world, eastLink, send } = watching();
  world.cut(EAST, WEST);
  let taken = 0;
  for (let number = 0; number < 2 * TRACK_QUEUE_MAX_SEGMENTS; number += 1) if (send(1, number)) taken += 1;
  t.is(taken, TRACK_QUEUE_MAX_SEGMENTS);
  t.is(eastLink.waitingSegments, TRACK_QUEUE_MAX_SEGMENTS);
  t.is(eastLink.counters.packetsDroppedQueueFull, 1);
  t.is(eastLink.counters.packetsDroppedAfterGap, TRACK_QUEUE_MAX_SEGMENTS - 1);
});

test('a frame for which there is no room is given up with what was sent of it', t => {
  const { world, west, eastLink, east } = watching();
  const sendFrame = (frame: number, number: number) =>
    east.with(eastLink, (link, nowMs) =>
      link.sendMedia(nowMs, 1, 'video', { ...media(number), timestamp: 3_000 * frame }),
    );
  // The last frame has four packets, of which three find room.
  for (let number = 0; number < TRACK_QUEUE_MAX_SEGMENTS + 1; number += 1)
    sendFrame(number < TRACK_QUEUE_MAX_SEGMENTS - 3 ? number : TRACK_QUEUE_MAX_SEGMENTS, number);
  t.is(eastLink.counters.packetsExpired, 3);
  world.run(300);
  t.is(west.of('media').length, TRACK_QUEUE_MAX_SEGMENTS - 3);
});

test('over a line that is too thin the link stays up, and what comes is in order and in time', t => {
  const { world, east, west, eastLink, send } = watching({ rateBps: 1_000_000, queueBytes: 50_000 });
  const sentAtMs = new Map<number, number>();
  const agesMs: number[] = [];
  west.react = told => {
    if (told.kind === 'media') agesMs.push(west.nowMs - sentAtMs.get(told.sequenceNumber)!);
  };
  for (let number = 0; number < 1_000; number += 1) {
    sentAtMs.set(media(number).sequenceNumber, east.nowMs);
    send(1, number, number % 50 === 0);
    world.run(4);
  }
  world.run(3_000);
  const { packetsExpired, packetsDroppedAfterGap, packetsGivenUpByPeer } = eastLink.counters;
  t.true(packetsExpired > 0 && packetsDroppedAfterGap > 0 && packetsGivenUpByPeer === 0);
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
  const came = west.of('media').map(({ sequenceNumber }) => sequenceNumber);
  t.true(came.length > 200, `${came.length}`);
  t.true(Math.max(...agesMs) < 1_600, `${Math.max(...agesMs)}`);
  t.deepEqual(
    came,
    [...came].sort((one, other) => one - other),
  );
});

test('a packet that is too long for a frame is counted and not sent', t => {
  const { east, eastLink } = watching();
  const send = (byteCount: number) =>
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(1, byteCount)));
  t.true(send(PACKET_MAX_BYTES));
  t.false(send(PACKET_MAX_BYTES + 1));
  t.is(eastLink.counters.packetsTooLong, 1);
});
