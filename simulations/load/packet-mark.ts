/** What made-up media carries in its payload, so that whoever decrypts it can tell which packet it is, and how old. */
import { readUint32, writeUint32 } from '../../transports/rtp/byte-order.ts';

/** Where the mark stands: behind a VP8 descriptor and the payload header's first byte, or behind Opus's TOC and a byte. */
export const MARK_OFFSET = 2;
/** Tells marked payloads from others. */
const MAGIC = 0x7a6d_6b31;
const MAGIC_BYTES = 4;
const NUMBER_BYTES = 4;
const TIME_BYTES = 8;
/** The least payload that has room for a mark. */
export const MARKED_BYTES_MIN = MARK_OFFSET + MAGIC_BYTES + NUMBER_BYTES + TIME_BYTES;

export interface PacketMark {
  /** Counts a track's packets, modulo 2^32. */
  readonly number: number;
  /** By the clock that all threads and processes of a machine share, ms. */
  readonly sentAtMs: number;
}

/** `payload` has MARKED_BYTES_MIN bytes or more. */
export function writeMark(payload: Uint8Array, { number, sentAtMs }: PacketMark): void {
  writeUint32(payload, MARK_OFFSET, MAGIC);
  writeUint32(payload, MARK_OFFSET + MAGIC_BYTES, number);
  viewOf(payload).setFloat64(MARK_OFFSET + MAGIC_BYTES + NUMBER_BYTES, sentAtMs);
}

/** Undefined for a payload without a mark. */
export function readMark(payload: Uint8Array): PacketMark | undefined {
  if (payload.length < MARKED_BYTES_MIN || readUint32(payload, MARK_OFFSET) !== MAGIC) return undefined;
  return {
    number: readUint32(payload, MARK_OFFSET + MAGIC_BYTES),
    sentAtMs: viewOf(payload).getFloat64(MARK_OFFSET + MAGIC_BYTES + NUMBER_BYTES),
  };
}

function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.length);
}
