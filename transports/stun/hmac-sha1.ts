/** HMAC-SHA1 (RFC 2104), with which STUN vouches for its messages. */
import { createHmac } from 'node:crypto';

export const HMAC_SHA1_BYTES = 20;

/** Of `bytes`, under the password's UTF-8 bytes; an ICE password has 22 to 256 (RFC 8839 section 5.4). */
export type HmacSha1 = (password: string, bytes: Uint8Array) => Uint8Array;

export const hmacSha1: HmacSha1 = (password, bytes) => createHmac('sha1', password).update(bytes).digest();
