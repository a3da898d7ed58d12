/** Whole numbers of 48 bits in network byte order: epochs, and sequence numbers and timestamps that do not wrap. */
import { readUint16, readUint32, writeUint16, writeUint32 } from '../rtp/byte-order.ts';

export const UINT48_BYTES = 6;
export const MAX_UINT48 = 2 ** 48 - 1;

/** The caller has checked that the bytes are there. */
export function readUint48(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at) * 2 ** 32 + readUint32(bytes, at + 2);
}

/** Writes `value`, a whole number from 0 on, modulo 2^48. */
export function writeUint48(bytes: Uint8Array, at: number, value: number): void {
  writeUint16(bytes, at, Math.floor(value / 2 ** 32));
  writeUint32(bytes, at + 2, value);
}

/** Whether 48 bits hold it. */
export function isUint48(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_UINT48;
}
