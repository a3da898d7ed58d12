/** How the two sides sign (RFC 8446 section 4.2.3 names the pairs that RFC 5246 section 7.4.1.4.1 has in two bytes). */
import { constants, type KeyObject, verify } from 'node:crypto';

export const SIGNATURE_SCHEME = {
  rsa_pkcs1_sha256: 0x0401,
  rsa_pkcs1_sha384: 0x0501,
  rsa_pkcs1_sha512: 0x0601,
  ecdsa_secp256r1_sha256: 0x0403,
  ecdsa_secp384r1_sha384: 0x0503,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
} as const;

type SchemeName = keyof typeof SIGNATURE_SCHEME;

interface Scheme {
  readonly keyType: 'ec' | 'rsa';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly isPss: boolean;
}

/** What a client may sign with, as the CertificateRequest lists them: what browsers make certificates for comes first. */
export const CLIENT_SCHEMES: readonly number[] = [
  SIGNATURE_SCHEME.ecdsa_secp256r1_sha256,
  SIGNATURE_SCHEME.ecdsa_secp384r1_sha384,
  SIGNATURE_SCHEME.rsa_pss_rsae_sha256,
  SIGNATURE_SCHEME.rsa_pss_rsae_sha384,
  SIGNATURE_SCHEME.rsa_pss_rsae_sha512,
  SIGNATURE_SCHEME.rsa_pkcs1_sha256,
  SIGNATURE_SCHEME.rsa_pkcs1_sha384,
  SIGNATURE_SCHEME.rsa_pkcs1_sha512,
];

/** Below, an RSA key no longer counts as safe (RFC 8446 leaves it to policy; NIST SP 800-131A draws this line). */
const RSA_MIN_BITS = 2048;
/** Above, a stranger's signature would cost more to check than a handshake may. */
const RSA_MAX_BITS = 8192;
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1']);

/** Whether `key` is of a kind that is let in at all. */
export function isSupportedKey(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return CURVES.has(details.namedCurve);
  const bits = details.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS;
}

/** Whether `signature` over `bytes` was made with the private half of `key`, by a scheme that was asked for. */
export function isSignedBy(
  key: KeyObject,
  schemeCode: number,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const scheme = schemeOf(schemeCode);
  if (scheme === undefined || scheme.keyType !== key.asymmetricKeyType) return false;
  const padding = scheme.isPss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  try {
    return verify(scheme.hash, bytes, { key, ...padding }, signature);
  } catch {
    // OpenSSL may refuse a signature that is not even formed like one.
    return false;
  }
}

function schemeOf(code: number): Scheme | undefined {
  const names = Object.keys(SIGNATURE_SCHEME) as SchemeName[];
  const name = names.find(candidate => SIGNATURE_SCHEME[candidate] === code);
  if (name === undefined) return undefined;
  return {
    keyType: name.startsWith('ecdsa') ? 'ec' : 'rsa',
    hash: name.endsWith('sha256') ? 'sha256' : name.endsWith('sha384') ? 'sha384' : 'sha512',
    isPss: name.startsWith('rsa_pss'),
  };
}
