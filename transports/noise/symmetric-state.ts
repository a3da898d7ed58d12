/** Noise's SymmetricState with SHA256 and AESGCM: the chaining key, the hash of all that was said, the key (section 5.2). */
import { createHash, hkdfSync } from 'node:crypto';
import { CIPHER_KEY_BYTES, open, seal } from './aes-gcm.ts';

const HASH_BYTES = 32;
const EMPTY = new Uint8Array(0);

export class SymmetricState {
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  /** Empty until the first key is mixed in, which all patterns of ours do before anything is sealed. */
  #key: Uint8Array = EMPTY;
  #number = 0;

  constructor(protocolName: string) {
    const name = Buffer.from(protocolName, 'latin1');
    const hash = new Uint8Array(HASH_BYTES);
    if (name.length <= HASH_BYTES) hash.set(name);
    else hash.set(sha256(name));
    this.#hash = hash;
    this.#chainingKey = hash;
  }

  /** The same, to go on with by itself. */
  copy(): SymmetricState {
    const copy = new SymmetricState('');
    copy.#chainingKey = this.#chainingKey;
    copy.#hash = this.#hash;
    copy.#key = this.#key;
    copy.#number = this.#number;
    return copy;
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  mixHash(data: Uint8Array): void {
    this.#hash = sha256(this.#hash, data);
  }

  mixKey(input: Uint8Array): void {
    const [chainingKey, key] = this.#derive(input, 2);
    this.#chainingKey = chainingKey!;
    this.#setKey(key!);
  }

  mixKeyAndHash(input: Uint8Array): void {
    const [chainingKey, hash, key] = this.#derive(input, 3);
    this.#chainingKey = chainingKey!;
    this.mixHash(hash!);
    this.#setKey(key!);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = seal(this.#key, this.#number, this.#hash, plaintext);
    this.#number += 1;
    this.mixHash(ciphertext);
    return ciphertext;
  }

  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = open(this.#key, this.#number, this.#hash, ciphertext);
    this.#number += 1;
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** The keys of what follows: the initiator's first. */
  split(): readonly [Uint8Array, Uint8Array] {
    const [initiator, responder] = this.#derive(EMPTY, 2);
    return [initiator!, responder!];
  }

  #setKey(key: Uint8Array): void {
    this.#key = key;
    this.#number = 0;
  }

  /** HKDF of section 4.3, which is that of RFC 5869 without info. */
  #derive(input: Uint8Array, count: 2 | 3): readonly Uint8Array[] {
    const all = new Uint8Array(hkdfSync('sha256', input, this.#chainingKey, EMPTY, count * CIPHER_KEY_BYTES));
    return Array.from({ length: count }, (_, place) =>
      all.subarray(place * CIPHER_KEY_BYTES, (place + 1) * CIPHER_KEY_BYTES),
    );
  }
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
