/**
 * KCP's segment on the wire: a header of 24 bytes, least significant byte first, and `byteCount` bytes of payload. A
 * datagram holds one or more of them. The layout is that of ikcp.c (github.com/skywind3000/kcp).
 */

export const HEADER_BYTES = 24;

export const COMMAND = { push: 81, acknowledge: 82, askWindow: 83, tellWindow: 84 } as const;

export interface SegmentHeader {
  /** 32 bits that both ends know the association by; no secret. */
  conversation: number;
  /** One of COMMAND. */
  command: number;
  /** How many fragments of the message come after this one, 0 to 255. */
  fragmentsLeft: number;
  /** How many more segments the sender of this header can take, 0 to 65,535. */
  windowSegments: number;
  /** The sender's clock, ms modulo 2^32; in an acknowledgement that of the segment that it is for. */
  timestampMs: number;
  sequence: number;
  /** The lowest sequence number that the sender of this header has not received: all before it are acknowledged. */
  nextExpected: number;
  /** Of the payload. */
  byteCount: number;
}

/** Why bytes are not a segment of the conversation. */
export type SegmentFault = 'too short' | 'other conversation' | 'length past the end' | 'unknown command';

/** The first field of the header at `at`, where there are four bytes. */
export function conversationAt(datagram: Uint8Array, at: number): number {
  return readUint32(datagram, at);
}

/** Reads the header at `at`, whose payload is sure to lie inside the datagram. */
export function readSegment(
  datagram: Uint8Array,
  at: number,
  conversation: number,
): SegmentHeader | SegmentFault {
  const bytesLeft = datagram.length - at - HEADER_BYTES;
  if (bytesLeft < 0) return 'too short';
  if (readUint32(datagram, at) !== conversation) return 'other conversation';
  const byteCount = readUint32(datagram, at + 20);
  if (byteCount > bytesLeft) return 'length past the end';
  const command = datagram[at + 4]!;
  if (command < COMMAND.push || command > COMMAND.tellWindow) return 'unknown command';
  return {
    conversation,
    command,
    fragmentsLeft: datagram[at + 5]!,
    windowSegments: datagram[at + 6]! | (datagram[at + 7]! << 8),
    timestampMs: readUint32(datagram, at + 8),
    sequence: readUint32(datagram, at + 12),
    nextExpected: readUint32(datagram, at + 16),
    byteCount,
  };
}

/** Writes the header at `at`, where the caller has made sure of the room. */
export function writeHeader(bytes: Uint8Array, at: number, header: Readonly<SegmentHeader>): void {
  writeUint32(bytes, at, header.conversation);
  bytes[at + 4] = header.command;
  bytes[at + 5] = header.fragmentsLeft;
  bytes[at + 6] = header.windowSegments;
  bytes[at + 7] = header.windowSegments >>> 8;
  writeUint32(bytes, at + 8, header.timestampMs);
  writeUint32(bytes, at + 12, header.sequence);
  writeUint32(bytes, at + 16, header.nextExpected);
  writeUint32(bytes, at + 20, header.byteCount);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
