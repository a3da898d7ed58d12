/** What a DTLS client reads of the server's flight (RFC 5246 sections 7.4.1.3 to 7.4.3). Views of what they are read from. */
import { ByteReader } from '../../transports/dtls/bytes.ts';
import { EXTENSION } from '../../transports/dtls/client-hello.ts';
import { CIPHER_SUITE } from '../../transports/dtls/negotiation.ts';
import { DTLS_1_2 } from '../../transports/dtls/record.ts';

export interface ServerHello {
  readonly random: Uint8Array;
  /** The types of all its extensions, in its order. */
  readonly extensions: readonly number[];
  /** The SRTP protection profile that the server chose (RFC 5764 section 4.1.1), by its code. */
  readonly srtpProfile: number | undefined;
}

export interface ServerKeyExchange {
  /** By its code (RFC 8422 section 5.1.1). */
  readonly group: number;
  readonly point: Uint8Array;
  /** What was signed, but for the two randoms before it. */
  readonly parameters: Uint8Array;
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** ECCurveType named_curve. */
const NAMED_CURVE = 3;
const NULL_COMPRESSION = 0;

/** Undefined for one that is malformed, or that chose another version, cipher suite or compression than ours. */
export function parseServerHello(body: Uint8Array): ServerHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.uint(2);
  const random = reader.bytes(32);
  reader.vector(1);
  const suite = reader.uint(2);
  const compression = reader.uint(1);
  const list = new ByteReader(reader.vector(2));
  const extensions: number[] = [];
  let srtpProfile: number | undefined;
  while (list.remaining > 0) {
    const type = list.uint(2);
    const data = new ByteReader(list.vector(2));
    extensions.push(type);
    if (type === EXTENSION.useSrtp) srtpProfile = new ByteReader(data.vector(2)).uint(2);
  }
  const isOurs = version === DTLS_1_2 && suite === CIPHER_SUITE && compression === NULL_COMPRESSION;
  return reader.isWhole && list.isWhole && isOurs ? { random, extensions, srtpProfile } : undefined;
}

/** Undefined for one that is malformed, or names its curve in another way than by its code. */
export function parseServerKeyExchange(body: Uint8Array): ServerKeyExchange | undefined {
  const reader = new ByteReader(body);
  const curveType = reader.uint(1);
  const group = reader.uint(2);
  const point = reader.vector(1);
  const parameters = body.subarray(0, body.length - reader.remaining);
  const scheme = reader.uint(2);
  const signature = reader.vector(2);
  if (!reader.isWhole || curveType !== NAMED_CURVE) return undefined;
  return { group, point, parameters, scheme, signature };
}
