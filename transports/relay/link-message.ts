/** What a sealed datagram holds: a byte of kind, and a payload. */
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';

const kinds = [
  'data',
  'ping',
  'pong',
  'close',
  'challenge',
  'response',
  'parity',
  'report',
  // From version 3 on.
  'probe',
  'probed',
] as const;
export type LinkMessageKind = (typeof kinds)[number];

export interface LinkMessage {
  readonly kind: LinkMessageKind;
  /** Borrowed from the bytes that were parsed. */
  readonly payload: Uint8Array;
}

export const MESSAGE_HEADER_BYTES = 1;
/** Pings and challenges hold a number, which pongs and responses repeat. */
const NUMBER_BYTES = 4;
const EMPTY = new Uint8Array(0);

export function parseLinkMessage(bytes: Uint8Array): LinkMessage | undefined {
  const kind = bytes.length === 0 ? undefined : kinds[bytes[0]!];
  return kind && { kind, payload: bytes.subarray(MESSAGE_HEADER_BYTES) };
}

/** Writes one message after the other to the same place: each is good until the next. */
export class LinkMessageWriter {
  #bytes = new Uint8Array(0);

  write(kind: LinkMessageKind, payload: Uint8Array = EMPTY): Uint8Array {
    const length = MESSAGE_HEADER_BYTES + payload.length;
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    this.#bytes[0] = kinds.indexOf(kind);
    this.#bytes.set(payload, MESSAGE_HEADER_BYTES);
    return this.#bytes.subarray(0, length);
  }
}

/** The payload of a ping or a challenge. */
export function numberPayload(number: number): Uint8Array {
  const payload = new Uint8Array(NUMBER_BYTES);
  writeUint32(payload, 0, number);
  return payload;
}

/** The payload of a probe, so long: its number, and zeros. */
export function probePayload(number: number, byteCount: number): Uint8Array {
  const payload = new Uint8Array(byteCount);
  writeUint32(payload, 0, number);
  return payload;
}

/** The payload that answers a probe; nothing for what is none. */
export function probedPayload(probe: Uint8Array): Uint8Array | undefined {
  return probe.length < NUMBER_BYTES ? undefined : probe.subarray(0, NUMBER_BYTES);
}

/** Nothing for a payload that is no number. */
export function numberOf(payload: Uint8Array): number | undefined {
  return payload.length === NUMBER_BYTES ? readUint32(payload, 0) : undefined;
}
