/** Noise's cipher functions AESGCM: AES-256-GCM with the number of the message as its nonce (Noise section 12.3). */
import { type GcmKey, openGcm, sealGcm } from '../aes-gcm.ts';
import { writeUint32 } from '../rtp/byte-order.ts';

export const CIPHER_KEY_BYTES = 32;
export { TAG_BYTES } from '../aes-gcm.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const EMPTY = new Uint8Array(0);
/** 2^64 - 1, the number that no message may have. */
const REKEY_NONCE = Uint8Array.from([0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);

/** CIPHER_KEY_BYTES. */
export type CipherKey = GcmKey;

/** Ciphertext and tag. `number` is a whole number below 2^53, which no other message under the key has. */
export function seal(
  key: CipherKey,
  number: number,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return sealGcm(ALGORITHM, key, nonceOf(number), associated, plaintext);
}

/** Nothing for what was not sealed so. */
export function open(
  key: CipherKey,
  number: number,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return openGcm(ALGORITHM, key, nonceOf(number), associated, sealed);
}

/** The key that follows this one, from which nobody can find this one: REKEY of Noise section 4.2. */
export function nextKey(key: Uint8Array): Uint8Array {
  const sealed = sealGcm(ALGORITHM, key, REKEY_NONCE, EMPTY, new Uint8Array(CIPHER_KEY_BYTES));
  return sealed.subarray(0, CIPHER_KEY_BYTES);
}

function nonceOf(number: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  writeUint32(nonce, 4, Math.floor(number / 2 ** 32));
  writeUint32(nonce, 8, number);
  return nonce;
}
