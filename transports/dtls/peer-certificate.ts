/** The client's certificate: whether it is the one promised in SDP (RFC 5763 section 5), and the key that it names. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Refusal, refusal } from './alerts.ts';
import { matchesFingerprint } from './certificate.ts';
import type { Fingerprint } from './port.ts';
import { isSupportedKey } from './signature-schemes.ts';

export interface PromisedKey {
  readonly kind: 'promised key';
  readonly key: KeyObject;
}

/** The key of the first of `chain`. Its dates, names and issuer say nothing: the fingerprint alone is what vouches for it. */
export function promisedKey(
  chain: readonly Uint8Array[],
  promised: readonly Fingerprint[],
): PromisedKey | Refusal {
  const [certificateDer] = chain;
  if (certificateDer === undefined) return refusal('handshake_failure', 'the client sent no certificate');
  // First of all: what a stranger made up never reaches the parser of certificates.
  if (!matchesFingerprint(certificateDer, promised))
    return refusal('bad_certificate', "the client's certificate does not match the fingerprint in its SDP");
  const key = publicKeyOf(certificateDer);
  if (key === undefined) return refusal('bad_certificate', "the client's certificate cannot be read");
  if (!isSupportedKey(key))
    return refusal(
      'unsupported_certificate',
      "the client's key is neither ECDSA on P-256 or P-384 nor RSA with 2048 to 8192 bits",
    );
  return { kind: 'promised key', key };
}

function publicKeyOf(certificateDer: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(certificateDer).publicKey;
  } catch {
    return undefined;
  }
}
