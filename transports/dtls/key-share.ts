/** One ephemeral key for the key exchange, in either of the two groups that every browser offers (RFC 8422). */
import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { concat } from './bytes.ts';

export type Group = 'x25519' | 'secp256r1';

/** The numbers by which hellos name them (RFC 8422 section 5.1.1). */
export const GROUP_CODE: Record<Group, number> = { x25519: 29, secp256r1: 23 };

export interface KeyShare {
  readonly group: Group;
  /** Our public value, as it goes over the wire. */
  readonly point: Uint8Array;
  /** The secret shared with whoever sent `peerPoint`; nothing when that is no point that one may agree on. */
  agree(peerPoint: Uint8Array): Uint8Array | undefined;
}

const X25519_POINT_BYTES = 32;
const P256_POINT_BYTES = 65;
/** The first byte of a point with both its coordinates (RFC 8422 section 5.4.1); no other form is offered. */
const UNCOMPRESSED = 4;

/** Whether `bytes` have the form of a point; whether they are one shows when it is agreed on. */
export function isPointOf(group: Group, bytes: Uint8Array): boolean {
  if (group === 'x25519') return bytes.length === X25519_POINT_BYTES;
  return bytes.length === P256_POINT_BYTES && bytes[0] === UNCOMPRESSED;
}

/** Keys come from OpenSSL's own generator: they are secrets of this process and need not be repeatable. */
export function makeKeyShare(group: Group): KeyShare {
  return group === 'x25519' ? makeX25519() : makeP256();
}

/** A SubjectPublicKeyInfo for X25519 up to where its 32 bytes follow (RFC 8410 section 4). */
const X25519_SPKI_HEAD = Uint8Array.of(
  0x30,
  0x2a,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x6e,
  0x03,
  0x21,
  0x00,
);

function makeX25519(): KeyShare {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_SPKI_HEAD.length);
  return {
    group: 'x25519',
    point,
    agree(peerPoint) {
      if (!isPointOf('x25519', peerPoint)) return undefined;
      const key = Buffer.from(concat(X25519_SPKI_HEAD, peerPoint));
      // OpenSSL refuses a secret of zeros, which a point of small order would make (RFC 7748 section 6.1).
      return orNothing(() =>
        diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) }),
      );
    },
  };
}

function makeP256(): KeyShare {
  const exchange = createECDH('prime256v1');
  const point = exchange.generateKeys();
  return {
    group: 'secp256r1',
    point,
    agree(peerPoint) {
      if (!isPointOf('secp256r1', peerPoint)) return undefined;
      // OpenSSL refuses what is not on the curve.
      return orNothing(() => exchange.computeSecret(peerPoint));
    },
  };
}

function orNothing(compute: () => Uint8Array): Uint8Array | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
