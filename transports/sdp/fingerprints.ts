/** Certificate fingerprints in SDP (RFC 8122 section 5). */
import type { Fingerprint } from '../dtls/port.ts';
import { maxFingerprints } from './limits.ts';
import { SdpError } from './port.ts';

/** The hash functions that are trusted to name a certificate, with the bytes they make; MD5 and SHA-1 are not. */
const trusted = new Map([
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

/** Reads the values of `a=fingerprint` lines. Throws SdpError 400 for one that is broken. */
export function parseFingerprints(values: readonly string[]): Fingerprint[] {
  if (values.length > maxFingerprints) {
    throw new SdpError(400, `there are ${values.length} fingerprints; at most ${maxFingerprints} are read`);
  }
  return values.map(parseFingerprint);
}

function parseFingerprint(text: string): Fingerprint {
  const match = /^([\w-]+) ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*)\s*$/.exec(text);
  const algorithm = match?.[1]?.toLowerCase();
  const value = match?.[2]?.toUpperCase();
  if (algorithm === undefined || value === undefined) {
    throw new SdpError(
      400,
      `"a=fingerprint:${text.slice(0, 40)}" is not a hash function and hex bytes (RFC 8122)`,
    );
  }
  const bytes = trusted.get(algorithm);
  if (bytes !== undefined && value.length !== 3 * bytes - 1) {
    throw new SdpError(400, `the ${algorithm} fingerprint has not ${bytes} bytes`);
  }
  return { algorithm, value };
}

/** Those that are made with a trusted hash function. Throws SdpError 422 when there are none. */
export function trustedFingerprints(fingerprints: readonly Fingerprint[]): readonly Fingerprint[] {
  const kept = fingerprints.filter(fingerprint => trusted.has(fingerprint.algorithm));
  if (kept.length > 0) return kept;
  const given = fingerprints.map(fingerprint => fingerprint.algorithm).join(', ');
  throw new SdpError(
    422,
    given === ''
      ? 'there is no a=fingerprint: media has to be encrypted by DTLS-SRTP (RFC 8827 section 6.5)'
      : `the certificate fingerprint is made with ${given}; it has to be sha-256 or stronger`,
  );
}
