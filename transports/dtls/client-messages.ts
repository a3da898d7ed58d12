/** The client's messages after its hello (RFC 5246 sections 7.4.6 to 7.4.8). Each is a view of what it was read from. */
import { ByteReader } from './bytes.ts';

export interface CertificateVerify {
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** The certificates, the client's own first, in DER; none when it has none. */
export function parseCertificate(body: Uint8Array): readonly Uint8Array[] | undefined {
  const outer = new ByteReader(body);
  const list = new ByteReader(outer.vector(3));
  const certificates: Uint8Array[] = [];
  while (list.remaining > 0) certificates.push(list.vector(3));
  return outer.isWhole && list.isWhole ? certificates : undefined;
}

/** The client's point of the key exchange (RFC 8422 section 5.7). */
export function parseClientKeyExchange(body: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(body);
  const point = reader.vector(1);
  return reader.isWhole ? point : undefined;
}

export function parseCertificateVerify(body: Uint8Array): CertificateVerify | undefined {
  const reader = new ByteReader(body);
  const scheme = reader.uint(2);
  const signature = reader.vector(2);
  return reader.isWhole ? { scheme, signature } : undefined;
}
