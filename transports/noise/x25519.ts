/** X25519 (RFC 7748) over node:crypto, with keys as the 32 bytes that Noise works with (Noise section 12.1). */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

export const X25519_BYTES = 32;

/** What precedes the bytes of a key in DER (RFC 8410 section 4 and 7). */
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

export interface X25519Public {
  readonly key: KeyObject;
  readonly bytes: Uint8Array;
}

export interface X25519Pair extends X25519Public {
  readonly privateKey: KeyObject;
}

/** Any 32 random bytes are a private key (RFC 7748 section 5). */
export function x25519Pair(privateBytes: Uint8Array): X25519Pair {
  const der = Buffer.concat([PRIVATE_PREFIX, privateBytes]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const key = createPublicKey(privateKey);
  const bytes = key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
  return { privateKey, key, bytes };
}

/** A key that a peer has sent: any 32 bytes are one. */
export function x25519Public(bytes: Uint8Array): X25519Public {
  const der = Buffer.concat([PUBLIC_PREFIX, bytes]);
  return { key: createPublicKey({ key: der, format: 'der', type: 'spki' }), bytes: bytes.slice() };
}

/** Nothing for a public key of small order, with which the secret would be no secret (RFC 7748 section 6.1). */
export function sharedSecret({ privateKey }: X25519Pair, { key }: X25519Public): Uint8Array | undefined {
  try {
    return diffieHellman({ privateKey, publicKey: key });
  } catch {
    return undefined;
  }
}
