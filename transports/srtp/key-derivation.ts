/**
 * From the master key and salt that DTLS left behind to the keys that packets are sealed with (RFC 3711 section 4.3,
 * key derivation rate 0: once a session; RFC 7714 section 11 for AES-GCM).
 */
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SrtpProfile } from './port.ts';

/** The session keys of one direction, for RTP or for RTCP. */
export interface SessionKeys {
  readonly cipherKey: KeyObject;
  readonly salt: Uint8Array;
  /** The HMAC-SHA1 key; AES-GCM has no use for it. */
  readonly authenticationKey: KeyObject;
}

/** What the keys are for; RFC 3711 section 4.3.2 numbers them on from these labels. */
export type KeyPurpose = 'rtp' | 'rtcp';

const firstLabel: Record<KeyPurpose, number> = { rtp: 0, rtcp: 3 };

/** Both profiles use AES with keys of 128 bits. */
const keyBytes = 16;
/** RFC 3711 section 8.2: 160 bits for HMAC-SHA1. */
const authenticationKeyBytes = 20;
/** RFC 3711 section 8.2 and RFC 7714 section 12. */
const saltBytes: Record<SrtpProfile, number> = { AES_CM_128_HMAC_SHA1_80: 14, AEAD_AES_128_GCM: 12 };

/**
 * Derives the session keys of one direction. Throws RangeError for a master key or salt of a wrong length, which only
 * our own DTLS side could hand over.
 */
export function deriveSessionKeys(
  profile: SrtpProfile,
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
  purpose: KeyPurpose,
): SessionKeys {
  if (masterKey.length !== keyBytes) throw new RangeError(`SRTP master key of ${masterKey.length} bytes`);
  if (masterSalt.length !== saltBytes[profile]) {
    throw new RangeError(`SRTP master salt of ${masterSalt.length} bytes for ${profile}`);
  }
  const label = firstLabel[purpose];
  return {
    cipherKey: createSecretKey(derive(masterKey, masterSalt, label, keyBytes)),
    authenticationKey: createSecretKey(derive(masterKey, masterSalt, label + 1, authenticationKeyBytes)),
    salt: derive(masterKey, masterSalt, label + 2, masterSalt.length),
  };
}

/** The pseudo-random function of RFC 3711 section 4.3.3: AES in counter mode over zeros, from (label, salt). */
function derive(masterKey: Uint8Array, masterSalt: Uint8Array, label: number, byteCount: number): Uint8Array {
  // The last two bytes count blocks. A salt of 12 bytes counts as 14 with zeros at its end (RFC 7714 section 11).
  const counter = new Uint8Array(16);
  counter.set(masterSalt);
  counter[7]! ^= label;
  return createCipheriv('aes-128-ctr', masterKey, counter).update(new Uint8Array(byteCount));
}
