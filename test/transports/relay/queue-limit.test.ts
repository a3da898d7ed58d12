import test from 'ava';
import {
  PACKET_MAX_BYTES,
  TRACK_QUEUE_MAX_AGE_MS,
  TRACK_QUEUE_MAX_SEGMENTS,
} from '../../../transports/relay/limits.ts';
import { EAST, grantAll, media, upPair, WEST } from './world.ts';

function watching(settings = {}) {
  const pair = upPair({ delayMs: 20, ...settings });
  const { world, east, west, westLink } = pair;
  grantAll(east);
  for (const stream of ['a', 'b'])
    west.with(westLink, (link, nowMs) => link.subscribe(nowMs, stream, ['west']));
  world.run(300);
  const send = (id: number, number: number) =>
    east.with(pair.eastLink, (link, nowMs) => link.sendMedia(nowMs, id, 'video', media(number)));
  return { ...pair, send };
}

test('a track whose oldest packet waits too long takes no more, until the peer has caught up', t => {
  const { world, west, eastLink, send } = watching();
  world.cut(EAST, WEST);
  t.true(send(1, 0));
  world.run(TRACK_QUEUE_MAX_AGE_MS);
  t.true(send(1, 1), 'at the limit');
  world.run(1);
  t.false(send(1, 2), 'past it');
  t.is(eastLink.counters.packetsDroppedQueueFull, 1);
  t.true(send(2, 3), 'the other stream has nothing that waits');
  world.mend(EAST, WEST);
  world.run(2_000);
  t.true(send(1, 4));
  world.run(100);
  t.deepEqual(
    west
      .of('media')
      .filter(({ id }) => id === 1)
      .map(({ sequenceNumber }) => sequenceNumber),
    [0, 1, 4].map(number => media(number).sequenceNumber),
  );
});

test('a track takes no more segments than the limit, and so no more memory', t => {
  const { world, eastLink, send } = watching();
  world.cut(EAST, WEST);
  let taken = 0;
  for (let number = 0; number < 2 * TRACK_QUEUE_MAX_SEGMENTS; number += 1) if (send(1, number)) taken += 1;
  t.is(taken, TRACK_QUEUE_MAX_SEGMENTS);
  t.is(eastLink.waitingSegments, TRACK_QUEUE_MAX_SEGMENTS);
  t.is(eastLink.counters.packetsDroppedQueueFull, TRACK_QUEUE_MAX_SEGMENTS);
});

test('over a line that is too thin the link stays up, and what comes is in order', t => {
  const { world, east, west, eastLink, send } = watching({ rateBps: 1_000_000, queueBytes: 50_000 });
  let number = 0;
  for (; number < 1_000; number += 1) {
    send(1, number);
    world.run(4);
  }
  world.run(5_000);
  t.true(eastLink.counters.packetsDroppedQueueFull > 0);
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
  const came = west.of('media').map(({ sequenceNumber }) => sequenceNumber);
  t.is(came.length, number - eastLink.counters.packetsDroppedQueueFull);
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
