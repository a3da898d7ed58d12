/** The client's certificate: whether it is the one promised in SDP (RFC 5763 section 5), and the key that it names. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Refusal } from './alerts.ts';
import { matchesFingerprint } from './certificate.ts';
import type { Fingerprint } from './port.ts';
import {
  NO_CERTIFICATE,
  UNPROMISED_CERTIFICATE,
  UNREADABLE_CERTIFICATE,
  UNSUPPORTED_KEY,
} from './refusals.ts';
import { isSupportedKey } from './signature-schemes.ts';

export interface PromisedKey {
  readonly kind: 'promised key';
  readonly key: KeyObject;
}

/** The first of `chain`. Looked at first of all: what a stranger made up never reaches the parser of certificates. */
export function promisedCertificate(
  chain: readonly Uint8Array[],
  promised: readonly Fingerprint[],
): Uint8Array | Refusal {
  const [certificateDer] = chain;
  if (certificateDer === undefined) return NO_CERTIFICATE;
  return matchesFingerprint(certificateDer, promised) ? certificateDer : UNPROMISED_CERTIFICATE;
}

/** The key of the first of `chain`. Its dates, names and issuer say nothing: the fingerprint alone is what vouches for it. */
export function promisedKey(
  chain: readonly Uint8Array[],
  promised: readonly Fingerprint[],
): PromisedKey | Refusal {
  const certificate = promisedCertificate(chain, promised);
  if ('kind' in certificate) return certificate;
  const key = publicKeyOf(certificate);
  if (key === undefined) return UNREADABLE_CERTIFICATE;
  return isSupportedKey(key) ? { kind: 'promised key', key } : UNSUPPORTED_KEY;
}

function publicKeyOf(certificateDer: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(certificateDer).publicKey;
  } catch {
    return undefined;
  }
}
