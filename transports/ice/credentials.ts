/** ICE credentials: made for us, and read cheaply from a peer's first check. */
import type { Random } from '../random.ts';
import type { IceCredentials } from '../sdp/port.ts';
import { ATTRIBUTE_HEADER_BYTES, HEADER_BYTES, hasStunHeader, padded, USERNAME } from '../stun/wire.ts';

/** Eight characters of 6 bits: 48 bits, where 24 are asked for (RFC 8445 section 5.3), so that none meet by chance. */
const UFRAG_RANDOM_BYTES = 6;
/** 24 characters: 144 bits, where 128 are asked for. */
const PWD_RANDOM_BYTES = 18;
/** RFC 8445 section 5.3 lets a fragment have no more. */
const UFRAG_MAX_BYTES = 256;
/** Binding request, as its first two bytes say. */
const BINDING_REQUEST = 0x0001;
const COLON = 0x3a;

/** New credentials. The alphabet of base64 is exactly that of ICE: letters, digits, `+` and `/` (RFC 8839). */
export function makeIceCredentials(random: Random): IceCredentials {
  return {
    ufrag: Buffer.from(random.bytes(UFRAG_RANDOM_BYTES)).toString('base64'),
    pwd: Buffer.from(random.bytes(PWD_RANDOM_BYTES)).toString('base64'),
  };
}

/**
 * Our own fragment, the part of USERNAME before the colon (RFC 8445 section 7.2.2), in a Binding request from a path
 * that nobody knows yet. It only says which session to ask; whether the request is sound and authentic is for that
 * session to find out. Nothing for any other datagram.
 */
export function usernameLocalFragment(bytes: Uint8Array): string | undefined {
  if (!hasStunHeader(bytes) || uint16(bytes, 0) !== BINDING_REQUEST) return undefined;
  let offset = HEADER_BYTES;
  while (offset < bytes.length) {
    const start = offset + ATTRIBUTE_HEADER_BYTES;
    const end = start + uint16(bytes, offset + 2);
    if (end > bytes.length) return undefined;
    if (uint16(bytes, offset) === USERNAME) return beforeColon(bytes, start, end);
    offset = padded(end);
  }
  return undefined;
}

function beforeColon(bytes: Uint8Array, start: number, end: number): string | undefined {
  const limit = Math.min(end, start + UFRAG_MAX_BYTES + 1);
  const colon = bytes.subarray(start, limit).indexOf(COLON);
  if (colon <= 0) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, colon).toString('latin1');
}

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
