/**
 * KCP's segments as a link carries them: those of all its conversations one behind the other, each in fewer bytes than
 * the 24 that KCP's header has. A segment is a byte of flags, then its conversation, unless it is that of the segment
 * before; fragments left, if any; window, clock, sequence number; the next number expected, as the distance from the
 * sequence number if that is shorter; and for a push the length of the payload, and the payload. Numbers are as varints
 * (seven bits a byte, the lowest first, the top bit on all but the last), clock and sequence number in four bytes.
 */
import { COMMAND, type SegmentHeader } from '../kcp/segment.ts';
import { after, ahead } from '../kcp/wrapping.ts';
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';

const EMPTY = new Uint8Array(0);
const COMMAND_MASK = 0b11;
const HAS_FRAGMENTS_LEFT = 0b100;
const EXPECTED_BY_DISTANCE = 0b1000;
const SAME_CONVERSATION = 0b1_0000;
const ALL_FLAGS = 0b1_1111;

/** What a packed header may take, all of its numbers as long as they get: two more than KCP's own. */
export const PACKED_HEADER_MAX_BYTES = 26;

/** Past this a distance is longer as a varint than most numbers are. */
const DISTANCE_MAX = 2 ** 20;

/** Memory is taken for a dozen full payloads at a time. */
const CHUNK_PAYLOADS = 12;

/** Fills payloads of at most `maxBytes`, one after the other. */
export class SegmentPacker {
  readonly #full: (payload: Uint8Array, asks: boolean) => void;
  #maxBytes: number;
  /** Payloads are written to where they stay, one behind the other. */
  #chunk = new Uint8Array(0);
  /** Where in it the payload begins that is being filled, where it goes on, and where it has to end. */
  #start = 0;
  #at = 0;
  #limit = 0;
  #asks = false;
  #conversation: number | undefined;

  /** `full` takes each payload as it is done, which is its own, and whether the peer will acknowledge anything in it. */
  constructor(maxBytes: number, full: (payload: Uint8Array, asks: boolean) => void) {
    this.#maxBytes = maxBytes;
    this.#full = full;
  }

  /** From now on. No segment is longer than what the least of the lengths has room for. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    if (this.#at - this.#start > maxBytes) this.finish();
    this.#limit = Math.min(this.#start + maxBytes, this.#chunk.length);
  }

  /** Whether something waits for more to share its datagram. */
  get isBegun(): boolean {
    return this.#at > this.#start;
  }

  /** Ends the payload that was begun. */
  finish(): void {
    if (!this.isBegun) return;
    this.#full(this.#chunk.subarray(this.#start, this.#at), this.#asks);
    this.#start = this.#at;
    this.#asks = false;
    this.#conversation = undefined;
  }

  /** A segment of KCP's, which must fit into a payload. */
  add(header: Readonly<SegmentHeader>, payload: Uint8Array = EMPTY): void {
    if (this.#at + PACKED_HEADER_MAX_BYTES + payload.length > this.#limit) this.finish();
    if (!this.isBegun) this.#begin();
    const { conversation, command, fragmentsLeft, sequence, nextExpected } = header;
    const distance = ahead(nextExpected, sequence);
    const byDistance = nextExpected > DISTANCE_MAX || Math.abs(distance) < nextExpected / 2;
    const isSame = conversation === this.#conversation;
    this.#conversation = conversation;
    this.#byte(
      (command - COMMAND.push) |
        (fragmentsLeft > 0 ? HAS_FRAGMENTS_LEFT : 0) |
        (byDistance ? EXPECTED_BY_DISTANCE : 0) |
        (isSame ? SAME_CONVERSATION : 0),
    );
    if (!isSame) this.#varint(conversation);
    if (fragmentsLeft > 0) this.#byte(fragmentsLeft);
    this.#varint(header.windowSegments);
    this.#uint32(header.timestampMs);
    this.#uint32(sequence);
    this.#varint(byDistance ? zigzag(distance) : nextExpected);
    if (command !== COMMAND.push) return;
    this.#asks = true;
    this.#varint(payload.length);
    this.#chunk.set(payload, this.#at);
    this.#at += payload.length;
  }

  #begin(): void {
    if (this.#start + this.#maxBytes > this.#chunk.length) {
      this.#chunk = new Uint8Array(CHUNK_PAYLOADS * this.#maxBytes);
      this.#start = 0;
      this.#at = 0;
    }
    this.#limit = this.#start + this.#maxBytes;
  }

  #byte(value: number): void {
    this.#chunk[this.#at] = value;
    this.#at += 1;
  }

  #uint32(value: number): void {
    writeUint32(this.#chunk, this.#at, value);
    this.#at += 4;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#byte((rest & 0x7f) | 0x80);
    this.#byte(rest);
  }
}

export interface Unpacked {
  readonly header: SegmentHeader;
  /** A view of what was unpacked. */
  readonly payload: Uint8Array;
}

/** What a payload holds, up to the first fault if there is one. */
export function unpackSegments(payload: Uint8Array): {
  readonly segments: readonly Unpacked[];
  readonly isWhole: boolean;
} {
  const segments: Unpacked[] = [];
  const reader = new Reader(payload);
  let conversation: number | undefined;
  while (!reader.isAtEnd) {
    const unpacked = readPacked(reader, conversation);
    if (unpacked === undefined) return { segments, isWhole: false };
    segments.push(unpacked);
    ({ conversation } = unpacked.header);
  }
  return { segments, isWhole: true };
}

function readPacked(reader: Reader, before: number | undefined): Unpacked | undefined {
  const flags = reader.byte();
  const conversation = (flags & SAME_CONVERSATION) === 0 ? reader.varint() : before;
  const fragmentsLeft = (flags & HAS_FRAGMENTS_LEFT) === 0 ? 0 : reader.byte();
  const windowSegments = reader.varint();
  const timestampMs = reader.uint32();
  const sequence = reader.uint32();
  const expected = reader.varint();
  const command = COMMAND.push + (flags & COMMAND_MASK);
  const byteCount = command === COMMAND.push ? reader.varint() : 0;
  const payload = reader.bytes(byteCount);
  if (payload === undefined || conversation === undefined || flags > ALL_FLAGS || windowSegments > 0xffff)
    return undefined;
  const nextExpected = (flags & EXPECTED_BY_DISTANCE) === 0 ? expected : after(sequence, unzigzag(expected));
  return {
    header: {
      conversation,
      command,
      fragmentsLeft,
      windowSegments,
      timestampMs,
      sequence,
      nextExpected,
      byteCount,
    },
    payload,
  };
}

/** Reads past the end as zeros, and says so at the end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isFaulty = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    this.#at += 1;
    if (value === undefined) this.#isFaulty = true;
    return value ?? 0;
  }

  uint32(): number {
    const at = this.#at;
    this.#at += 4;
    if (this.#at <= this.#bytes.length) return readUint32(this.#bytes, at);
    this.#isFaulty = true;
    return 0;
  }

  /** Of at most 32 bits. */
  varint(): number {
    let value = 0;
    for (let place = 1; place <= 2 ** 28; place *= 2 ** 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * place;
      if (byte > 0x7f) continue;
      if (value > 0xffff_ffff) break;
      return value;
    }
    this.#isFaulty = true;
    return 0;
  }

  /** A view; nothing when something has been missing. */
  bytes(count: number): Uint8Array | undefined {
    const at = this.#at;
    this.#at += count;
    if (this.#isFaulty || this.#at > this.#bytes.length) return undefined;
    return this.#bytes.subarray(at, this.#at);
  }
}

/** Signed as unsigned, small ones small. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
