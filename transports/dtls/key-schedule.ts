/** From the secret of the key exchange to every key: the pseudorandom function of TLS 1.2 and what is made with it. */
import { createHash, createHmac } from 'node:crypto';
import type { SrtpKeys, SrtpProfile } from '../srtp/port.ts';
import { ByteReader, concat } from './bytes.ts';
import { type DirectionKeys, FIXED_IV_BYTES, KEY_BYTES } from './cipher.ts';

/** The two numbers that each handshake has of its own, 32 bytes each. */
export interface HelloRandoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

export interface SessionKeys {
  readonly client: DirectionKeys;
  readonly server: DirectionKeys;
}

/** RFC 5246 section 8.1. */
const MASTER_SECRET_BYTES = 48;
/** RFC 5246 section 7.4.9. */
const VERIFY_DATA_BYTES = 12;

/** RFC 5764 section 4.1.2 and RFC 7714 section 12. */
const SRTP_KEY_LENGTHS: Record<SrtpProfile, { readonly keyBytes: number; readonly saltBytes: number }> = {
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12 },
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14 },
};

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** `byteCount` bytes of P_SHA256 (RFC 5246 section 5). */
export function pseudorandom(
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  byteCount: number,
): Uint8Array {
  const labelledSeed = concat(Buffer.from(label, 'ascii'), seed);
  const bytes = new Uint8Array(byteCount);
  let chain = labelledSeed;
  for (let at = 0; at < byteCount; ) {
    chain = hmac(secret, chain);
    const block = hmac(secret, concat(chain, labelledSeed)).subarray(0, byteCount - at);
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

/** RFC 5246 section 8.1, for a client that does not offer the extended one. */
export function masterSecret(premasterSecret: Uint8Array, randoms: HelloRandoms): Uint8Array {
  const seed = concat(randoms.client, randoms.server);
  return pseudorandom(premasterSecret, 'master secret', seed, MASTER_SECRET_BYTES);
}

/** RFC 7627 section 4: bound to all messages up to and including the ClientKeyExchange, of which it takes the hash. */
export function extendedMasterSecret(premasterSecret: Uint8Array, sessionHash: Uint8Array): Uint8Array {
  return pseudorandom(premasterSecret, 'extended master secret', sessionHash, MASTER_SECRET_BYTES);
}

/** RFC 5246 section 6.3. */
export function sessionKeys(master: Uint8Array, randoms: HelloRandoms): SessionKeys {
  const seed = concat(randoms.server, randoms.client);
  return splitSessionKeys(pseudorandom(master, 'key expansion', seed, 2 * (KEY_BYTES + FIXED_IV_BYTES)));
}

/** The keys that lie in a key block, which they are views of. */
export function splitSessionKeys(keyBlock: Uint8Array): SessionKeys {
  const block = new ByteReader(keyBlock);
  const [clientKey, serverKey] = [block.bytes(KEY_BYTES), block.bytes(KEY_BYTES)];
  const [clientIv, serverIv] = [block.bytes(FIXED_IV_BYTES), block.bytes(FIXED_IV_BYTES)];
  return {
    client: { key: clientKey, fixedIv: clientIv },
    server: { key: serverKey, fixedIv: serverIv },
  };
}

/** What a Finished message holds (RFC 5246 section 7.4.9), from the hash of all messages before it. */
export function verifyData(
  master: Uint8Array,
  sender: 'client' | 'server',
  transcriptHash: Uint8Array,
): Uint8Array {
  return pseudorandom(master, `${sender} finished`, transcriptHash, VERIFY_DATA_BYTES);
}

/** The keys for media (RFC 5764 section 4.2, by the exporter of RFC 5705), as the server sees them. */
export function serverSrtpKeys(master: Uint8Array, randoms: HelloRandoms, profile: SrtpProfile): SrtpKeys {
  const { keyBytes, saltBytes } = SRTP_KEY_LENGTHS[profile];
  const seed = concat(randoms.client, randoms.server);
  const exported = pseudorandom(master, 'EXTRACTOR-dtls_srtp', seed, 2 * (keyBytes + saltBytes));
  return splitServerSrtpKeys(exported, profile);
}

/** The keys that lie in what the exporter made, which they are views of. */
export function splitServerSrtpKeys(exported: Uint8Array, profile: SrtpProfile): SrtpKeys {
  const { keyBytes, saltBytes } = SRTP_KEY_LENGTHS[profile];
  const block = new ByteReader(exported);
  const [remoteKey, localKey] = [block.bytes(keyBytes), block.bytes(keyBytes)];
  const [remoteSalt, localSalt] = [block.bytes(saltBytes), block.bytes(saltBytes)];
  return { profile, localKey, localSalt, remoteKey, remoteSalt };
}

function hmac(secret: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(bytes).digest();
}
