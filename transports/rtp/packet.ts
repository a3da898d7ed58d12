/** An RTP packet (RFC 3550 section 5.1) as a view of the bytes it came in, and its header fields patched in place. */
import { readUint16, readUint32, writeUint16, writeUint32 } from './byte-order.ts';

/** The part of the header that every packet has (RFC 3550 section 5.1). */
export const fixedHeaderLength = 12;

const paddingBit = 0x20;

export interface RtpPacket {
  readonly bytes: Uint8Array;
  /** 0 to 127. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0 to 2^16 - 1. */
  readonly sequenceNumber: number;
  /** 0 to 2^32 - 1, in units of the payload type's clock rate. */
  readonly timestamp: number;
  /** 0 to 2^32 - 1. */
  readonly ssrc: number;
  /** Fixed header, contributing sources and header extension together, in bytes. */
  readonly headerLength: number;
  /** Where the payload begins: the same number as `headerLength`. */
  readonly payloadOffset: number;
  /** Without padding; 0 for a packet that only probes. */
  readonly payloadLength: number;
  /** With the byte that counts it; 0 when there is none. */
  readonly paddingLength: number;
  /** The 16 bits that say what the extension holds (RFC 3550 section 5.3.1); 0 when there is none. */
  readonly extensionProfile: number;
  /** Where the extension's data begins, after its four bytes of header. */
  readonly extensionOffset: number;
  /** The extension's data in bytes, a multiple of 4; 0 when there is none. */
  readonly extensionLength: number;
}

/** The packet in `bytes`, which the view borrows, or undefined when any of its lengths does not fit. */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  const size = bytes.length;
  if (size < fixedHeaderLength) return undefined;
  const first = bytes[0]!;
  if (first >> 6 !== 2) return undefined;

  let offset = fixedHeaderLength + 4 * (first & 0x0f);
  let extensionProfile = 0;
  let extensionLength = 0;
  if ((first & 0x10) !== 0) {
    if (offset + 4 > size) return undefined;
    extensionProfile = readUint16(bytes, offset);
    extensionLength = 4 * readUint16(bytes, offset + 2);
    offset += 4;
  }
  const extensionOffset = offset;
  offset += extensionLength;
  if (offset > size) return undefined;

  let paddingLength = 0;
  if ((first & paddingBit) !== 0) {
    paddingLength = bytes[size - 1]!;
    if (paddingLength === 0 || offset + paddingLength > size) return undefined;
  }
  const second = bytes[1]!;
  return {
    bytes,
    payloadType: second & 0x7f,
    marker: second > 0x7f,
    sequenceNumber: readUint16(bytes, 2),
    timestamp: readUint32(bytes, 4),
    ssrc: readUint32(bytes, 8),
    headerLength: offset,
    payloadOffset: offset,
    payloadLength: size - offset - paddingLength,
    paddingLength,
    extensionProfile,
    extensionOffset,
    extensionLength,
  };
}

/** Sets the payload type, 0 to 127, and keeps the marker. */
export function setPayloadType(bytes: Uint8Array, payloadType: number): void {
  bytes[1] = (bytes[1]! & 0x80) | payloadType;
}

/** Sets the sequence number, taken modulo 2^16. */
export function setSequenceNumber(bytes: Uint8Array, sequenceNumber: number): void {
  writeUint16(bytes, 2, sequenceNumber);
}

/** Sets the timestamp, taken modulo 2^32. */
export function setTimestamp(bytes: Uint8Array, timestamp: number): void {
  writeUint32(bytes, 4, timestamp);
}

export function setSsrc(bytes: Uint8Array, ssrc: number): void {
  writeUint32(bytes, 8, ssrc);
}

/** Makes the last bytes of a packet that has no padding its padding; `byteCount` is 1 to 255, and all of them are 0. */
export function setPadding(bytes: Uint8Array, byteCount: number): void {
  bytes[0]! |= paddingBit;
  bytes[bytes.length - 1] = byteCount;
}
