/** Handshake messages, whole and in fragments (RFC 6347 section 4.2.2). */
import { ByteReader } from './bytes.ts';

export const HANDSHAKE_TYPE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

export const HANDSHAKE_HEADER_BYTES = 12;

export interface HandshakeMessage {
  /** One of HANDSHAKE_TYPE. */
  readonly type: number;
  /** Counts the messages of one side, from 0. */
  readonly messageSeq: number;
  readonly body: Uint8Array;
}

export interface HandshakeFragment {
  readonly type: number;
  readonly messageSeq: number;
  /** How long the whole message claims to be. */
  readonly totalBytes: number;
  /** Where `bytes` belongs; it ends within `totalBytes`. */
  readonly offset: number;
  /** A view of the record. */
  readonly bytes: Uint8Array;
}

/** The fragments in a record's plaintext, which may be several; nothing when it is not made of fragments only. */
export function parseFragments(plaintext: Uint8Array): readonly HandshakeFragment[] | undefined {
  const reader = new ByteReader(plaintext);
  const fragments: HandshakeFragment[] = [];
  while (reader.remaining > 0) {
    const type = reader.uint(1);
    const totalBytes = reader.uint(3);
    const messageSeq = reader.uint(2);
    const offset = reader.uint(3);
    const bytes = reader.vector(3);
    if (offset + bytes.length > totalBytes) return undefined;
    fragments.push({ type, messageSeq, totalBytes, offset, bytes });
  }
  return reader.isWhole ? fragments : undefined;
}

/** `byteCount` bytes of a message, from `offset`, as a fragment. */
export function fragmentBytes(message: HandshakeMessage, offset: number, byteCount: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(HANDSHAKE_HEADER_BYTES + byteCount);
  let at = bytes.writeUIntBE(message.type, 0, 1);
  at = bytes.writeUIntBE(message.body.length, at, 3);
  at = bytes.writeUIntBE(message.messageSeq, at, 2);
  at = bytes.writeUIntBE(offset, at, 3);
  at = bytes.writeUIntBE(byteCount, at, 3);
  bytes.set(message.body.subarray(offset, offset + byteCount), at);
  return bytes;
}

/** A message as both sides hash it: as one fragment, however it travelled (RFC 6347 section 4.2.6). */
export function messageBytes(message: HandshakeMessage): Uint8Array {
  return fragmentBytes(message, 0, message.body.length);
}
