/** The numbers of STUN's wire format (RFC 8489), and of ICE's attributes in it (RFC 8445 section 7.1). */

export const HEADER_BYTES = 20;
export const ATTRIBUTE_HEADER_BYTES = 4;
export const TRANSACTION_ID_BYTES = 12;
export const TRANSACTION_ID_OFFSET = 8;
export const MAGIC_COOKIE = 0x2112a442;
/** The one method that ICE uses. */
export const BINDING = 0x001;

export const USERNAME = 0x0006;
export const MESSAGE_INTEGRITY = 0x0008;
export const ERROR_CODE = 0x0009;
export const UNKNOWN_ATTRIBUTES = 0x000a;
export const XOR_MAPPED_ADDRESS = 0x0020;
export const PRIORITY = 0x0024;
export const USE_CANDIDATE = 0x0025;
/** Types from here on may be skipped by whoever does not know them (RFC 8489 section 14). */
export const FIRST_OPTIONAL_TYPE = 0x8000;
export const SOFTWARE = 0x8022;
export const FINGERPRINT = 0x8028;
export const ICE_CONTROLLED = 0x8029;
export const ICE_CONTROLLING = 0x802a;

export type StunClass = 'request' | 'indication' | 'success' | 'error';

/** In the order of the two class bits. */
const CLASSES: readonly StunClass[] = ['request', 'indication', 'success', 'error'];

/** The class and method that the first two bytes weave together (RFC 8489 section 5). */
export function unpackType(type: number): { class: StunClass; method: number } {
  return {
    class: CLASSES[((type >> 7) & 0b10) | ((type >> 4) & 0b01)]!,
    method: (type & 0x00f) | ((type >> 1) & 0x070) | ((type >> 2) & 0xf80),
  };
}

/** The other way round; `method` is 0 to 0xfff. */
export function packType(messageClass: StunClass, method: number): number {
  const bits = CLASSES.indexOf(messageClass);
  return (
    ((method & 0xf80) << 2) |
    ((bits & 0b10) << 7) |
    ((method & 0x070) << 1) |
    ((bits & 0b01) << 4) |
    (method & 0x00f)
  );
}

/** Attributes start at multiples of four bytes. */
export function padded(byteCount: number): number {
  return (byteCount + 3) & ~3;
}

/** True when a datagram is one whole STUN message, as far as its header tells (RFC 8489 section 6.3). */
export function hasStunHeader(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || bytes[0]! > 0x3f) return false;
  const length = (bytes[2]! << 8) | bytes[3]!;
  const cookie = (bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!;
  return cookie === (MAGIC_COOKIE | 0) && length % 4 === 0 && length === bytes.length - HEADER_BYTES;
}
