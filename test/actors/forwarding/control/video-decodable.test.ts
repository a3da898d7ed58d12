import test from 'ava';
import fc from 'fast-check';
import { IncomingTrack } from '../../../../actors/forwarding/incoming-track.ts';
import { StreamTrack, type TrackPacket } from '../../../../actors/forwarding/stream-track.ts';
import { parseRtp } from '../../../../transports/rtp/packet.ts';
import type { IncomingMedia } from '../../../../transports/sdp/port.ts';
import { rtpBytes } from '../../../transports/rtp/packets.ts';
import { after, sequenceStarts } from '../../../transports/rtp/sequence-starts.ts';
import { deliveriesOf, type Fate, fates } from './deliveries.ts';

const media: IncomingMedia = {
  kind: 'video',
  mid: '1',
  payloads: [{ payloadType: 96, codecId: 'vp8' }],
  extensions: {},
  nack: true,
};
const PACKETS_PER_FRAME = 3;
const INTERVAL_MS = 11;

/** A picture of three packets a frame; each says which packet of the row it is, and whether it begins a keyframe. */
function packetOf(index: number, start: number, frameIsKey: (frame: number) => boolean): Uint8Array {
  const frame = Math.floor(index / PACKETS_PER_FRAME);
  const part = index % PACKETS_PER_FRAME;
  return rtpBytes({
    payloadType: 96,
    sequenceNumber: after(start, index),
    timestamp: (0xffff_f000 + frame * 3000) >>> 0,
    marker: part === PACKETS_PER_FRAME - 1,
    payload: [part === 0 ? 0x10 : 0x00, frameIsKey(frame) ? 0 : 1, index >> 8, index & 0xff],
  });
}

function indexOf({ bytes }: TrackPacket): number {
  return (bytes.at(-2)! << 8) | bytes.at(-1)!;
}

function forwarded(all: readonly Fate[], start: number, keyEvery: number): TrackPacket[] {
  const incoming = new IncomingTrack(media);
  const settings = { forwardingControl: 'on', audioReorderMs: 60 } as const;
  const track = new StreamTrack('video', { sequenceNumber: 0xfff0, timestamp: 0, atMs: 0 }, settings);
  const out: TrackPacket[] = [];
  const drain = () => {
    for (let packet = track.poll(); packet !== undefined; packet = track.poll()) out.push(packet);
  };
  const passUntil = (atMs: number) => {
    for (let due = track.deadline(); due !== undefined && due.atMs <= atMs; due = track.deadline()) {
      track.advance(due.atMs);
      drain();
    }
  };
  for (const { index, atMs } of deliveriesOf(all, INTERVAL_MS)) {
    passUntil(atMs);
    const bytes = packetOf(index, start, frame => frame % keyEvery === 0);
    const arrival = incoming.receive(atMs, parseRtp(bytes)!);
    if (arrival !== undefined) track.receive(atMs, arrival);
    drain();
  }
  passUntil(1e6);
  return out;
}

for (const start of sequenceStarts) {
  test(`whatever is lost, doubled or out of order from ${start} on, what goes on can be decoded, in order, without a gap`, t => {
    fc.assert(
      fc.property(fates, fc.integer({ min: 1, max: 12 }), (all, keyEvery) => {
        const out = forwarded(all, start, keyEvery);
        out.forEach((packet, i) => {
          const index = indexOf(packet);
          const before = out[i - 1];
          const beginsKeyframe = index % (PACKETS_PER_FRAME * keyEvery) === 0;
          if (before === undefined ? !beginsKeyframe : index !== indexOf(before) + 1 && !beginsKeyframe)
            throw new Error(`packet ${index} goes on without what it needs`);
          if (packet.beginsKeyframe !== beginsKeyframe) throw new Error('a keyframe was not told');
          if (before === undefined) return;
          if (index <= indexOf(before)) throw new Error(`packet ${index} goes on out of order`);
          if (packet.sequenceNumber !== before.sequenceNumber + 1) throw new Error('viewers see a gap');
          if (packet.timestamp < before.timestamp) throw new Error('time went back');
        });
      }),
      { numRuns: 60 },
    );
    t.pass();
  });
}

test('where everything comes in time, everything goes on', t => {
  const well = { isLost: false, repairedAfterMs: undefined, isDoubled: false, delayMs: 20 };
  t.is(
    forwarded(
      Array.from({ length: 90 }, () => well),
      65_500,
      10,
    ).length,
    90,
  );
});

test('what is repaired within two seconds goes on, and all behind it', t => {
  const well = { isLost: false, repairedAfterMs: undefined, isDoubled: false, delayMs: 20 };
  const all = Array.from({ length: 90 }, (_, i) =>
    i % 7 === 5 ? { ...well, isLost: true, repairedAfterMs: 150 } : well,
  );
  t.deepEqual(
    forwarded(all, 65_500, 1000).map(indexOf),
    Array.from({ length: 90 }, (_, i) => i),
  );
});
