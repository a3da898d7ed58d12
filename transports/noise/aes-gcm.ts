/** Noise's cipher functions AESGCM: AES-256-GCM with the number of the message as its nonce (Noise section 12.3). */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { writeUint32 } from '../rtp/byte-order.ts';

export const CIPHER_KEY_BYTES = 32;
export const TAG_BYTES = 16;

const ALGORITHM = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_BYTES };
const NONCE_BYTES = 12;
const EMPTY = new Uint8Array(0);
/** 2^64 - 1, the number that no message may have. */
const REKEY_NONCE = Uint8Array.from([0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);

/** CIPHER_KEY_BYTES; one that is made a KeyObject once is quicker from then on. */
export type CipherKey = Uint8Array | KeyObject;

/** Ciphertext and tag. `number` is a whole number below 2^53, which no other message under the key has. */
export function seal(
  key: CipherKey,
  number: number,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return sealWithNonce(key, nonceOf(number), associated, plaintext);
}

/** Nothing for what was not sealed so. */
export function open(
  key: CipherKey,
  number: number,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const textBytes = sealed.length - TAG_BYTES;
  if (textBytes < 0) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, nonceOf(number), OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(textBytes));
  const plaintext = decipher.update(sealed.subarray(0, textBytes));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}

/** The key that follows this one, from which nobody can find this one: REKEY of Noise section 4.2. */
export function nextKey(key: Uint8Array): Uint8Array {
  return sealWithNonce(key, REKEY_NONCE, EMPTY, new Uint8Array(CIPHER_KEY_BYTES)).subarray(
    0,
    CIPHER_KEY_BYTES,
  );
}

function sealWithNonce(
  key: CipherKey,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS);
  cipher.setAAD(associated);
  const sealed = Buffer.allocUnsafe(plaintext.length + TAG_BYTES);
  sealed.set(cipher.update(plaintext));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function nonceOf(number: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  writeUint32(nonce, 4, Math.floor(number / 2 ** 32));
  writeUint32(nonce, 8, number);
  return nonce;
}
