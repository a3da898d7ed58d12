/** Packets that simulated publishers send: recognisable, and small. */
import { clientExtensionIds, clientPayloadTypes } from '../../../simulations/client-sdp.ts';
import type { Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { setPayloadType, setSequenceNumber, setSsrc, setTimestamp } from '../../../transports/rtp/packet.ts';

const HEADER = 12;
/** One-byte extensions (RFC 8285 section 4.2): profile, length in words, one element of two bytes. */
const EXTENSION = 8;

export interface PacketFields {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
  readonly transportSequenceNumber?: number;
  readonly marker?: boolean;
}

export function rtpPacket(fields: PacketFields): Uint8Array {
  const bytes = new Uint8Array(HEADER + EXTENSION + fields.payload.length);
  bytes[0] = 0x90;
  if (fields.marker === true) bytes[1] = 0x80;
  setPayloadType(bytes, fields.payloadType);
  setSequenceNumber(bytes, fields.sequenceNumber);
  setTimestamp(bytes, fields.timestamp);
  setSsrc(bytes, fields.ssrc);
  const transport = fields.transportSequenceNumber ?? 0;
  bytes.set(
    [0xbe, 0xde, 0, 1, (clientExtensionIds.transportWideCc << 4) | 1, transport >> 8, transport & 0xff, 0],
    HEADER,
  );
  bytes.set(fields.payload, HEADER + EXTENSION);
  return bytes;
}

/** VP8 (RFC 7741): a payload descriptor that begins a frame, and the frame header's first byte. */
const FRAME_STARTS = 0x10;
const KEYFRAME = 0x00;
const INTER_FRAME = 0x01;

export interface SentVideo {
  readonly count: number;
  readonly first?: number;
  readonly intervalMs?: number;
  /** Which of the packets are keyframes; by default the first one. */
  readonly isKeyframe?: (number: number) => boolean;
}

/** A packet of video that is a whole frame, and carries its number. */
export function videoPacket({ ssrcs }: Joined, number: number, isKeyframe: boolean): Uint8Array {
  const payload = new Uint8Array(6);
  payload[0] = FRAME_STARTS;
  payload[1] = isKeyframe ? KEYFRAME : INTER_FRAME;
  new DataView(payload.buffer).setUint32(2, number);
  const bytes = rtpPacket({
    ssrc: ssrcs.video,
    payloadType: clientPayloadTypes.vp8,
    sequenceNumber: number & 0xffff,
    timestamp: number * 900,
    transportSequenceNumber: number & 0xffff,
    payload,
  });
  bytes[1]! |= 0x80;
  return bytes;
}

/** Sends `count` video packets, one every `intervalMs`, each a frame of its own. */
export async function sendVideo(world: ShardWorld, publisher: Joined, sent: SentVideo): Promise<void> {
  const { count, first = 0, intervalMs = 10, isKeyframe = number => number === first } = sent;
  for (let number = first; number < first + count; number += 1) {
    publisher.client.send(videoPacket(publisher, number, isKeyframe(number)));
    await world.pass(intervalMs);
  }
}

/** The number that a packet of `sendVideo` carries. */
export function numberOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(payload.length - 4);
}
