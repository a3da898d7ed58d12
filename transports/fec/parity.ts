/**
 * Parity over datagrams, as it goes over the wire: which of the datagrams before it, by their numbers, and their sum, each
 * times a coefficient of its own. A datagram is taken as two bytes of length and its payload, and as many zeros as make
 * all equally long; so a sum tells how long what it restores is. The coefficients follow from the numbers and are not
 * sent (random linear coding over a sliding window, in the spirit of RFC 8681).
 */
import { readUint16, writeUint16 } from '../rtp/byte-order.ts';

/** Datagrams that one parity reaches back to, those that it leaves out included: two bytes of distance could say more. */
export const PARITY_REACH = 128;
/** Distance to the first, length of the mask, and the longest mask. */
export const PARITY_HEADER_MAX_BYTES = 3 + PARITY_REACH / 8;
/** What precedes a payload in a sum. */
export const LENGTH_BYTES = 2;

export interface Parity {
  /** That of the datagram that carries it. */
  readonly number: number;
  /** The numbers that it covers, in order. */
  readonly covered: readonly number[];
  readonly sum: Uint8Array;
}

/**
 * A parity with a sum of zeros, `sumBytes` long, which is a view of the bytes: to be added to. `covered` is not empty,
 * grows, and begins less than PARITY_REACH before `number`.
 */
export function blankParity(
  number: number,
  covered: readonly number[],
  sumBytes: number,
): { readonly bytes: Uint8Array; readonly sum: Uint8Array } {
  const first = covered[0]!;
  const maskBytes = ((covered.at(-1)! - first) >> 3) + 1;
  const bytes = new Uint8Array(3 + maskBytes + sumBytes);
  writeUint16(bytes, 0, number - first);
  bytes[2] = maskBytes;
  for (const one of covered) bytes[3 + ((one - first) >> 3)]! |= 1 << ((one - first) & 7);
  return { bytes, sum: bytes.subarray(3 + maskBytes) };
}

/** Nothing for what is no parity. The sum is a view of the bytes. */
export function parseParity(number: number, bytes: Uint8Array): Parity | undefined {
  if (bytes.length < 3) return undefined;
  const distance = readUint16(bytes, 0);
  const first = number - distance;
  const sumAt = 3 + bytes[2]!;
  if (first < 0 || distance === 0 || distance > PARITY_REACH || bytes.length < sumAt + LENGTH_BYTES)
    return undefined;
  const covered: number[] = [];
  for (let place = 0; place < 8 * bytes[2]!; place += 1)
    if ((bytes[3 + (place >> 3)]! & (1 << (place & 7))) !== 0) covered.push(first + place);
  if (covered.length === 0 || covered.at(-1)! >= number) return undefined;
  return { number, covered, sum: bytes.subarray(sumAt) };
}

/** What the datagram is multiplied by in the sum: any byte but 0, as good as drawn (a hash in the manner of Murmur's). */
export function coefficient(parityNumber: number, covered: number): number {
  let hash = Math.imul(parityNumber ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(covered, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash ^= hash >>> 13;
  return ((hash >>> 0) % 255) + 1;
}
