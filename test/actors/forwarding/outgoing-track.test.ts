import test from 'ava';
import { OutgoingTrack } from '../../../actors/forwarding/outgoing-track.ts';
import type { TrackPacket } from '../../../actors/forwarding/stream-track.ts';
import { makeIdentitySrtp } from '../../../simulations/identity-security.ts';
import { PortableFanout } from '../../../transports/fanout/portable.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { codecById } from '../../../transports/rtp/codec.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import type { OutgoingMedia } from '../../../transports/sdp/port.ts';
import { createSrtpTransform } from '../../../transports/srtp/transform.ts';
import type { Path } from '../../../transports/udp/path.ts';
import { type PacketParts, rtpBytes } from '../../transports/rtp/packets.ts';
import { sessionKeys } from '../../transports/srtp/packets.ts';

const vp8 = codecById('vp8')!;
const media: OutgoingMedia = {
  kind: 'video',
  mid: '1',
  ssrc: 7,
  rtxSsrc: 8,
  payloads: [{ codecId: 'vp8', payloadType: 120, rtxPayloadType: 121 }],
  extensions: {},
  nack: true,
};

/** A packet of the track; the number is extended. */
function streamPacket(sequenceNumber: number, more: PacketParts = {}): TrackPacket {
  const parts = { payloadType: vp8.payloadType, sequenceNumber: sequenceNumber & 0xffff, ...more };
  const timestamp = 0;
  return {
    bytes: rtpBytes(parts),
    sequenceNumber,
    timestamp,
    sourceSequenceNumber: sequenceNumber,
    sourceTimestamp: timestamp,
    beginsFrame: true,
    beginsKeyframe: false,
  };
}

const path: Path = { localAddress: '10.0.0.1', remoteAddress: '10.0.0.2', remotePort: 1 };

/** A track whose media flows, and what has come out of it in the clear; `next` takes the first that nobody has taken. */
function opened(terms: OutgoingMedia = media) {
  const track = new OutgoingTrack(terms);
  const sent: Uint8Array[] = [];
  const fanout = new PortableFanout(bytes => sent.push(bytes));
  track.open(fanout, makeIdentitySrtp(), path, () => {});
  return { track, next: () => sent.shift()! };
}

function sequenceNumberOf(bytes: Uint8Array): number {
  return parseRtp(bytes)!.sequenceNumber;
}

for (const first of [0, 1, 0x7fff, 0x8000, 0xfff0, 0xffff]) {
  test(`a viewer that joins at ${first} opens what follows even if it misses all before the stream’s numbers wrap`, t => {
    const { track, next } = opened();
    const { a, b } = sessionKeys('AEAD_AES_128_GCM');
    const sender = createSrtpTransform(a);
    const receiver = createSrtpTransform(b);
    const lost = 0x10000 - first < 1000 ? 0x10000 - first : 10;
    for (let i = 0; i < lost + 20; i += 1) {
      track.send(i, streamPacket(first + i));
      const packet = next();
      t.true(i > 0 || sequenceNumberOf(packet) < 0x8000);
      t.is(track.trackNumber(sequenceNumberOf(packet)), first + i);
      const sealed = sender.sealRtp(packet);
      if (i >= lost) t.deepEqual(receiver.openRtp(sealed), Buffer.from(packet), `packet ${i}`);
    }
  });
}

test('a retransmission names the number by which the viewer knows the packet', t => {
  const { track, next } = opened();
  track.send(0, streamPacket(0xfff0));
  const sent = next();
  track.repeat(10, streamPacket(0xfff0));
  const { bytes, payloadOffset } = parseRtp(next())!;
  t.is((bytes[payloadOffset]! << 8) | bytes[payloadOffset + 1]!, sequenceNumberOf(sent));
});

test('a packet is not sent again within 20 ms, nor within most of the round trip', t => {
  const { track } = opened();
  track.send(0, streamPacket(5));
  t.false(track.hasJustRepeated(0, 5));
  track.repeat(0, streamPacket(5));
  t.true(track.hasJustRepeated(0, 5));
  t.true(track.hasJustRepeated(19, 5));
  t.false(track.hasJustRepeated(20, 5));
  t.false(track.hasJustRepeated(0, 6));
  t.false(track.hasJustRepeated(0, 5 + 256), 'another packet that shares its place');

  const ntp = { seconds: 1000, fraction: 0 };
  track.senderReport(0, { ntp, timestamp: 1 });
  const block = { ssrc: 7, fractionLost: 0, cumulativeLost: 0, extendedHighest: 0, jitter: 0 };
  track.receiveReport(100, { ...block, lastSenderReport: 1000 << 16, delaySinceLastSenderReport: 0 });
  t.is(track.roundTripMs, 100);
  t.true(track.hasJustRepeated(74, 5));
  t.false(track.hasJustRepeated(75, 5));
});

test('no more than 250 packets are sent again in a second', t => {
  const { track } = opened();
  track.send(0, streamPacket(0));
  let sent = 0;
  for (let nowMs = 0; nowMs < 1000; nowMs += 1) {
    if (!track.mayRepeat(nowMs)) continue;
    track.repeat(nowMs, streamPacket(nowMs));
    sent += 1;
  }
  t.is(sent, 250);
  t.true(track.mayRepeat(1000));
});

test('a sender report counts packets, and bytes of payload alone', t => {
  const { track } = opened({ ...media, extensions: { playoutDelay: 5 } });
  const extension = { profile: 0xbede, data: [(ourExtensionIds.playoutDelay << 4) | 2, 1, 2, 3] };
  const payload = [1, 2, 3, 4, 5];
  track.send(0, streamPacket(0, { payload }));
  track.send(0, streamPacket(1, { payload, extension }));
  const [report] = parseRtcp(track.senderReport(0, { ntp: { seconds: 1, fraction: 0 }, timestamp: 0 }))!;
  t.like(report, { kind: 'sender-report', packetCount: 2, octetCount: 10 });
});

test('extensions keep our ids, get the viewer’s, or are left out', t => {
  const extension = { profile: 0xbede, data: [(ourExtensionIds.videoOrientation << 4) | 0, 3] };
  const packet = streamPacket(0, { extension });
  const elements = (extensions: OutgoingMedia['extensions']) => {
    const { track, next } = opened({ ...media, extensions });
    track.send(0, packet);
    return [...next()].slice(16, 18);
  };
  t.deepEqual(elements({ videoOrientation: 3, playoutDelay: 5 }), [0x30, 3]);
  t.deepEqual(elements({ videoOrientation: 9, playoutDelay: 5 }), [0x90, 3]);
  t.deepEqual(elements({ playoutDelay: 5 }), [0, 0]);
});
