/** What vouches for a STUN message: MESSAGE-INTEGRITY and FINGERPRINT (RFC 8489 sections 14.5 and 14.7). */
import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { HMAC_SHA1_BYTES, type HmacSha1, hmacSha1 } from './hmac-sha1.ts';
import { ATTRIBUTE_HEADER_BYTES, HEADER_BYTES } from './wire.ts';

export const INTEGRITY_BYTES = HMAC_SHA1_BYTES;
export const FINGERPRINT_BYTES = 4;
/** Keeps the checksum apart from those of protocols that carry a plain CRC-32 in the same place. */
const FINGERPRINT_XOR = 0x5354554e;

/**
 * The HMAC-SHA1 for a MESSAGE-INTEGRITY attribute at `offset`: over all bytes before it, with the header's length as if
 * the message ended with that attribute. The short-term key is the password itself (RFC 8489 section 9.1.1).
 */
export function integrityAt(
  bytes: Uint8Array,
  offset: number,
  password: string,
  sign: HmacSha1 = hmacSha1,
): Uint8Array {
  const length = offset + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES - HEADER_BYTES;
  const vouchedFor = new Uint8Array(bytes.subarray(0, offset));
  vouchedFor[2] = length >> 8;
  vouchedFor[3] = length;
  return sign(password, vouchedFor);
}

/** Whether the MESSAGE-INTEGRITY attribute at `offset` was made with `password`; takes the same time either way. */
export function integrityMatches(
  bytes: Uint8Array,
  offset: number,
  password: string,
  sign: HmacSha1 = hmacSha1,
): boolean {
  const start = offset + ATTRIBUTE_HEADER_BYTES;
  const claimed = bytes.subarray(start, start + INTEGRITY_BYTES);
  if (claimed.length !== INTEGRITY_BYTES) return false;
  return timingSafeEqual(claimed, integrityAt(bytes, offset, password, sign));
}

/** The value of a FINGERPRINT attribute at `offset`; the header's length must already count the attribute. */
export function fingerprintAt(bytes: Uint8Array, offset: number): number {
  return (crc32(bytes.subarray(0, offset)) ^ FINGERPRINT_XOR) >>> 0;
}
