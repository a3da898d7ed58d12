/** AES-128-GCM over records (RFC 5288, RFC 5246 section 6.2.3.3; RFC 6347 section 4.1.2.1 for what counts as number). */
import { openGcm, sealGcm, TAG_BYTES } from '../aes-gcm.ts';
import { concat } from './bytes.ts';
import type { RecordHeader } from './record.ts';

/** What one direction is sealed with. */
export interface DirectionKeys {
  /** KEY_BYTES long. */
  readonly key: Uint8Array;
  /** FIXED_IV_BYTES long: the secret part of the nonce. */
  readonly fixedIv: Uint8Array;
}

export const KEY_BYTES = 16;
export const FIXED_IV_BYTES = 4;

const ALGORITHM = 'aes-128-gcm';
const EXPLICIT_NONCE_BYTES = 8;
/** Number, content type, version, length (RFC 5246 section 6.2.3.3). */
const ASSOCIATED_BYTES = EXPLICIT_NONCE_BYTES + 1 + 2 + 2;

/** How much longer a sealed fragment is than what it holds. */
export const SEAL_OVERHEAD_BYTES = EXPLICIT_NONCE_BYTES + TAG_BYTES;

/** The fragment of a sealed record. No two records under the same keys may have the same epoch and sequence number. */
export function sealFragment(keys: DirectionKeys, header: RecordHeader, plaintext: Uint8Array): Uint8Array {
  const associated = associatedData(header, plaintext.length);
  const explicitNonce = associated.subarray(0, EXPLICIT_NONCE_BYTES);
  const nonce = concat(keys.fixedIv, explicitNonce);
  return concat(explicitNonce, sealGcm(ALGORITHM, keys.key, nonce, associated, plaintext));
}

/** What a sealed fragment holds, or nothing when it is too short or was not sealed with these keys for this header. */
export function openFragment(
  keys: DirectionKeys,
  header: RecordHeader,
  fragment: Uint8Array,
): Uint8Array | undefined {
  const plaintextBytes = fragment.length - SEAL_OVERHEAD_BYTES;
  if (plaintextBytes < 0) return undefined;
  const explicitNonce = fragment.subarray(0, EXPLICIT_NONCE_BYTES);
  const associated = associatedData(header, plaintextBytes);
  const nonce = concat(keys.fixedIv, explicitNonce);
  return openGcm(ALGORITHM, keys.key, nonce, associated, fragment.subarray(EXPLICIT_NONCE_BYTES));
}

/** Begins with the record's number: epoch and sequence number, which are the explicit nonce, too. */
function associatedData(header: RecordHeader, plaintextBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(ASSOCIATED_BYTES);
  let at = bytes.writeUIntBE(header.epoch, 0, 2);
  at = bytes.writeUIntBE(header.sequence, at, 6);
  at = bytes.writeUIntBE(header.contentType, at, 1);
  at = bytes.writeUIntBE(header.version, at, 2);
  bytes.writeUIntBE(plaintextBytes, at, 2);
  return bytes;
}
