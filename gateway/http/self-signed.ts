/** A certificate of one's own for HTTPS: pages get a camera only on HTTPS or on localhost, and a trial has no CA. */
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** Clocks of clients may be behind ours. */
const VALID_BEFORE_MS = 24 * 60 * 60 * 1000;
/** The longest that browsers accept of any certificate; it is made anew at each start. */
const VALID_AFTER_MS = 397 * 24 * 60 * 60 * 1000;

/** PEM. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

/** What is to be in the certificate of a node that listens on `host`: a wildcard is no address that one can go to. */
export function certificateNames(host: string, addresses: readonly string[]): readonly string[] {
  return host === '0.0.0.0' || host === '::' ? addresses : [host, ...addresses];
}

/** For `localhost`, loopback, and the names and IP addresses given. `wallMs` is milliseconds since the Unix epoch. */
export async function selfSigned(addresses: readonly string[], wallMs: number): Promise<TlsFiles> {
  const names = [...new Set(['localhost', '127.0.0.1', '::1', ...addresses])];
  const altNames = names.map(name =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const made = await generate([{ name: 'commonName', value: 'zrtc' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(wallMs - VALID_BEFORE_MS),
    notAfterDate: new Date(wallMs + VALID_AFTER_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key: made.private, cert: made.cert };
}
