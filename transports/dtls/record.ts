/** DTLS records as they lie in a datagram (RFC 6347 section 4.1). */
import { ByteReader } from './bytes.ts';

export const CONTENT_TYPE = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;

/** Versions count down from 1.0, as the ones' complement of the TLS version. */
export const DTLS_1_0 = 0xfeff;
export const DTLS_1_2 = 0xfefd;

export const RECORD_HEADER_BYTES = 13;

export interface RecordHeader {
  /** One of CONTENT_TYPE. */
  readonly contentType: number;
  readonly version: number;
  /** 0 in the clear, 1 under the handshake's keys. */
  readonly epoch: number;
  /** 48 bits, from 0 in each epoch. */
  readonly sequence: number;
}

export interface DtlsRecord extends RecordHeader {
  /** As it came: still encrypted in epoch 1. A view of the datagram. */
  readonly fragment: Uint8Array;
}

/** The records of a datagram, and how many bytes at its end are none. */
export interface DatagramRecords {
  readonly records: readonly DtlsRecord[];
  readonly strayBytes: number;
}

const KNOWN_CONTENT_TYPES: ReadonlySet<number> = new Set(Object.values(CONTENT_TYPE));

/**
 * Reads until something is no record of ours; the rest cannot be trusted to be framed, and is left. A ClientHello may come
 * under version 1.0, since the client does not know yet what the server speaks.
 */
export function parseRecords(datagram: Uint8Array): DatagramRecords {
  const reader = new ByteReader(datagram);
  const records: DtlsRecord[] = [];
  for (let unread = reader.remaining; unread > 0; unread = reader.remaining) {
    const contentType = reader.uint(1);
    const version = reader.uint(2);
    const epoch = reader.uint(2);
    const sequence = reader.uint(6);
    const fragment = reader.vector(2);
    const isOurs = KNOWN_CONTENT_TYPES.has(contentType) && (version === DTLS_1_2 || version === DTLS_1_0);
    if (!reader.isGood || !isOurs) return { records, strayBytes: unread };
    records.push({ contentType, version, epoch, sequence, fragment });
  }
  return { records, strayBytes: 0 };
}

export function recordBytes(header: RecordHeader, fragment: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(RECORD_HEADER_BYTES + fragment.length);
  let at = bytes.writeUIntBE(header.contentType, 0, 1);
  at = bytes.writeUIntBE(header.version, at, 2);
  at = bytes.writeUIntBE(header.epoch, at, 2);
  at = bytes.writeUIntBE(header.sequence, at, 6);
  at = bytes.writeUIntBE(fragment.length, at, 2);
  bytes.set(fragment, at);
  return bytes;
}
