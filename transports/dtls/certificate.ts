/** The certificate that the server shows, and the fingerprints by which SDP vouches for certificates. */
import { createPrivateKey, hash, type KeyObject, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import type { Fingerprint } from './port.ts';

export interface DtlsCertificate {
  readonly certificateDer: Uint8Array;
  /** An ECDSA key on P-256. */
  readonly privateKey: KeyObject;
  /** By SHA-256, for our SDP. */
  readonly fingerprint: Fingerprint;
}

/** Clients look at the fingerprint alone; a name that says nothing of the machine (RFC 8827 section 6.5). */
const COMMON_NAME = 'zrtc';
/** A month, as browsers give theirs: longer than a process should run, short enough that a stolen key dies. */
const VALIDITY_MS = 30 * 24 * 60 * 60 * 1000;
/** Valid from a day ago: a client's clock may be behind ours. */
const BACKDATED_MS = 24 * 60 * 60 * 1000;

/** Makes a new key on P-256 and a self-signed certificate for it, valid now; `wallMs` is the time since the Unix epoch. */
export async function makeCertificate(wallMs: number): Promise<DtlsCertificate> {
  const pem = await generate([{ name: 'commonName', value: COMMON_NAME }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(wallMs - BACKDATED_MS),
    notAfterDate: new Date(wallMs + VALIDITY_MS),
    extensions: [{ name: 'keyUsage', digitalSignature: true, critical: true }],
  });
  const certificateDer = new X509Certificate(pem.cert).raw;
  return {
    certificateDer,
    privateKey: createPrivateKey(pem.private),
    fingerprint: fingerprintOf(certificateDer, 'sha-256'),
  };
}

/** Those of RFC 8122 section 5 that still keep two certificates apart; MD5 and SHA-1 do not, and are not believed. */
const HASH_OF = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' } as const;

export type FingerprintAlgorithm = keyof typeof HASH_OF;

export function fingerprintOf(certificateDer: Uint8Array, algorithm: FingerprintAlgorithm): Fingerprint {
  const digest = hash(HASH_OF[algorithm], certificateDer, 'hex').toUpperCase();
  return { algorithm, value: digest.replace(/..(?!$)/g, '$&:') };
}

/** Whether any of `promised` is the certificate's own. Each of the algorithms is strong enough to decide alone. */
export function matchesFingerprint(certificateDer: Uint8Array, promised: readonly Fingerprint[]): boolean {
  return promised.some(({ algorithm, value }) => {
    const name = algorithm.toLowerCase();
    return isKnown(name) && fingerprintOf(certificateDer, name).value === value.toUpperCase();
  });
}

function isKnown(name: string): name is FingerprintAlgorithm {
  return Object.hasOwn(HASH_OF, name);
}
