/**
 * The outer form of a relay link's datagrams. Those of the greeting, by which a link begins: a byte of type, a byte of
 * version, four bytes of the link's id as its receiver knows it, then the payload; they look the same in all versions.
 * Sealed ones, which are all that follow: a byte of type, the link's id, eight bytes of the datagram's number, then what
 * is sealed. All numbers of this folder but KCP's own are in network byte order.
 */
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';

const greetingTypes = ['hello', 'cookie', 'accept', 'refuse'] as const;
export type GreetingType = (typeof greetingTypes)[number];

export interface GreetingDatagram {
  readonly type: GreetingType;
  readonly version: number;
  /** The link as its receiver knows it; 0 in a hello, whose sender knows none yet. */
  readonly linkId: number;
  /** All of it, borrowed from whoever had it parsed. */
  readonly bytes: Uint8Array;
}

export interface SealedDatagram {
  readonly type: 'sealed';
  readonly linkId: number;
  /** Below 2^53. */
  readonly number: number;
  /** All of it, borrowed from whoever had it parsed. */
  readonly bytes: Uint8Array;
}

export type Datagram = GreetingDatagram | SealedDatagram;

export const GREETING_HEADER_BYTES = 6;
export const SEALED_HEADER_BYTES = 13;

/** Zero is no type: blank bytes are nobody's. */
const FIRST_GREETING = 1;
const SEALED = 8;

/** The datagram in `bytes`, or nothing when it is none. */
export function parseDatagram(bytes: Uint8Array): Datagram | undefined {
  return bytes[0] === SEALED ? parseSealed(bytes) : parseGreeting(bytes);
}

function parseGreeting(bytes: Uint8Array): GreetingDatagram | undefined {
  if (bytes.length < GREETING_HEADER_BYTES) return undefined;
  const type = greetingTypes[bytes[0]! - FIRST_GREETING];
  if (type === undefined) return undefined;
  const linkId = readUint32(bytes, 2);
  if ((type === 'hello') !== (linkId === 0)) return undefined;
  return { type, version: bytes[1]!, linkId, bytes };
}

function parseSealed(bytes: Uint8Array): SealedDatagram | undefined {
  if (bytes.length < SEALED_HEADER_BYTES) return undefined;
  const linkId = readUint32(bytes, 1);
  const number = readUint32(bytes, 5) * 2 ** 32 + readUint32(bytes, 9);
  if (linkId === 0 || !Number.isSafeInteger(number)) return undefined;
  return { type: 'sealed', linkId, number, bytes };
}

/** Writes what a greeting begins with; the caller has made sure of the room. */
export function writeGreetingHeader(
  bytes: Uint8Array,
  { type, version, linkId }: Omit<GreetingDatagram, 'bytes'>,
): void {
  bytes[0] = greetingTypes.indexOf(type) + FIRST_GREETING;
  bytes[1] = version;
  writeUint32(bytes, 2, linkId);
}

/** Writes it to the beginning of `bytes`, which has SEALED_HEADER_BYTES, and gives those. */
export function writeSealedHeader(bytes: Uint8Array, linkId: number, number: number): Uint8Array {
  bytes[0] = SEALED;
  writeUint32(bytes, 1, linkId);
  writeUint32(bytes, 5, Math.floor(number / 2 ** 32));
  writeUint32(bytes, 9, number);
  return bytes;
}
