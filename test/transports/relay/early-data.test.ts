import test from 'ava';
import type { SegmentHeader } from '../../../transports/kcp/segment.ts';
import { EarlyData } from '../../../transports/relay/early-data.ts';
import { FRAME_MAX_BYTES, writeFrame } from '../../../transports/relay/frame.ts';
import { EARLY_MAX_DATAGRAMS } from '../../../transports/relay/limits.ts';
import { OddPeer } from './ends.ts';
import { media } from './world.ts';

const frames = Array.from({ length: 20 }, (_, number) =>
  writeFrame(new Uint8Array(FRAME_MAX_BYTES), { kind: 'media', ...media(number) }),
);
const subscribed = { kind: 'subscribed', id: 1, epoch: 5, conversations: { audio: 2, video: 4 } };

test('frames that overtake the grant wait for it', t => {
  const peer = new OddPeer();
  peer.exchange.subscribe(0, 'math-101', ['x']);
  for (const datagram of peer.datagrams(4, frames)) peer.exchange.receive(0, datagram);
  t.is(peer.exchange.held.early, 20);
  t.deepEqual(peer.outputs, []);
  peer.say(subscribed);
  t.deepEqual(
    peer.outputs.map(output => (output.kind === 'media' ? output.sequenceNumber : output.kind)),
    ['subscribed', ...frames.map((_, number) => media(number).sequenceNumber)],
  );
  t.is(peer.exchange.held.early, 0);
});

test('of what is none, of our own numbers, and of conversations that are over nothing is kept', t => {
  const peer = new OddPeer();
  peer.say(subscribed);
  const stray = [...peer.datagrams(3, frames), ...peer.datagrams(2, frames), ...peer.datagrams(4, frames)];
  for (const datagram of stray) peer.exchange.receive(0, datagram);
  peer.exchange.receive(0, peer.datagrams(6, frames)[0]!.subarray(0, 20));
  t.is(peer.exchange.held.early, 0);
  t.is(peer.counters.strayData, stray.length);
  t.is(peer.counters.segmentsRefused, 1);
});

test('no more is kept than the limit', t => {
  const peer = new OddPeer();
  for (let number = 1; number <= 2 * EARLY_MAX_DATAGRAMS; number += 1)
    for (const datagram of peer.datagrams(2 * number, frames.slice(0, 1))) peer.exchange.receive(0, datagram);
  t.is(peer.exchange.held.early, EARLY_MAX_DATAGRAMS);
  t.is(peer.counters.strayData, EARLY_MAX_DATAGRAMS);
});

const header = (conversation: number): SegmentHeader => ({
  conversation,
  command: 81,
  fragmentsLeft: 0,
  windowSegments: 1,
  timestampMs: 0,
  sequence: 0,
  nextExpected: 0,
  byteCount: 1,
});

for (const start of [2, 2 ** 31 - 2, 2 ** 31, 2 ** 32 - 2]) {
  test(`numbers may wrap around: ${start}`, t => {
    const early = new EarlyData(0);
    // A link comes to a number through all those before it.
    for (let number = 0; number < start; number += 2 ** 28) early.take([number]);
    early.take([start]);
    const following = (start + 4) >>> 0;
    t.false(early.keep(header(start), Uint8Array.of(1)));
    t.true(early.keep(header(following), Uint8Array.of(2)));
    t.deepEqual(
      early.take([(start + 2) >>> 0, following]).map(({ payload }) => [...payload]),
      [[2]],
    );
    t.false(early.keep(header(following), Uint8Array.of(3)));
  });
}
