/** AES-GCM on node:crypto: encryption and authentication in one, with tags of 16 bytes (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const TAG_BYTES = 16;

const OPTIONS = { authTagLength: TAG_BYTES };

export type GcmAlgorithm = 'aes-128-gcm' | 'aes-256-gcm';
/** Of the algorithm's length; one that is made a KeyObject once is quicker from then on. */
export type GcmKey = Uint8Array | KeyObject;

/** Ciphertext and tag. No two messages under one key may have one nonce, which has 12 bytes. */
export function sealGcm(
  algorithm: GcmAlgorithm,
  key: GcmKey,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce, OPTIONS);
  cipher.setAAD(associated);
  const sealed = Buffer.allocUnsafe(plaintext.length + TAG_BYTES);
  sealed.set(cipher.update(plaintext));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

/** The plaintext; nothing for what was not sealed so, which Node tells by throwing. */
export function openGcm(
  algorithm: GcmAlgorithm,
  key: GcmKey,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const textBytes = sealed.length - TAG_BYTES;
  if (textBytes < 0) return undefined;
  const decipher = createDecipheriv(algorithm, key, nonce, OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(textBytes));
  const plaintext = decipher.update(sealed.subarray(0, textBytes));
  try {
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}
