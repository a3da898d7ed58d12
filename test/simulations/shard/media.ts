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
}

export function rtpPacket(fields: PacketFields): Uint8Array {
  const bytes = new Uint8Array(HEADER + EXTENSION + fields.payload.length);
  bytes[0] = 0x90;
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

/** Sends `count` video packets, one every `intervalMs`; packet i carries i as its payload. */
export async function sendVideo(
  world: ShardWorld,
  { client, ssrcs }: Joined,
  { count, first = 0, intervalMs = 10 }: { count: number; first?: number; intervalMs?: number },
): Promise<void> {
  for (let i = first; i < first + count; i += 1) {
    client.send(
      rtpPacket({
        ssrc: ssrcs.video,
        payloadType: clientPayloadTypes.vp8,
        sequenceNumber: i & 0xffff,
        timestamp: i * 900,
        transportSequenceNumber: i & 0xffff,
        payload: Uint8Array.of((i >> 24) & 0xff, (i >> 16) & 0xff, (i >> 8) & 0xff, i & 0xff),
      }),
    );
    await world.pass(intervalMs);
  }
}

/** The number that a packet of `sendVideo` carries. */
export function numberOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(payload.length - 4);
}
