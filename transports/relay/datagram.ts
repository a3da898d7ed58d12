/**
 * The outer form of a relay link's datagrams: a byte of type, a byte of version, and four bytes of the link's id as its
 * receiver knows it, so that many links share a port; then the payload. Hellos and refusals look the same in all
 * versions. All numbers of this folder but KCP's own are in network byte order.
 */
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';

const types = ['hello', 'accept', 'refuse', 'data', 'ping', 'pong', 'close'] as const;
export type DatagramType = (typeof types)[number];

export interface Datagram {
  readonly type: DatagramType;
  readonly version: number;
  /** The link as its receiver knows it; 0 in a hello, whose sender knows none yet. */
  readonly linkId: number;
  /** Borrowed from the bytes that were parsed. */
  readonly payload: Uint8Array;
}

export const DATAGRAM_HEADER_BYTES = 6;

/** The datagram in `bytes`, or nothing when it is none. */
export function parseDatagram(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length < DATAGRAM_HEADER_BYTES) return undefined;
  // Zero is no type: blank bytes are nobody's.
  const type = types[bytes[0]! - 1];
  if (type === undefined) return undefined;
  const linkId = readUint32(bytes, 2);
  if ((type === 'hello') !== (linkId === 0)) return undefined;
  return { type, version: bytes[1]!, linkId, payload: bytes.subarray(DATAGRAM_HEADER_BYTES) };
}

export function writeDatagram({ type, version, linkId, payload }: Datagram): Uint8Array {
  // Every byte is written below, so memory from the pool, which is not cleared, will do.
  const bytes = Buffer.allocUnsafe(DATAGRAM_HEADER_BYTES + payload.length);
  bytes[0] = types.indexOf(type) + 1;
  bytes[1] = version;
  writeUint32(bytes, 2, linkId);
  bytes.set(payload, DATAGRAM_HEADER_BYTES);
  return bytes;
}
