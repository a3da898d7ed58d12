/** STUN messages (RFC 8489) from bytes to values, with the attributes that ICE (RFC 8445) needs. */
import { FINGERPRINT_BYTES, fingerprintAt, INTEGRITY_BYTES } from './integrity.ts';
import {
  ATTRIBUTE_HEADER_BYTES,
  ERROR_CODE,
  FINGERPRINT,
  FIRST_OPTIONAL_TYPE,
  HEADER_BYTES,
  hasStunHeader,
  ICE_CONTROLLED,
  ICE_CONTROLLING,
  MESSAGE_INTEGRITY,
  PRIORITY,
  padded,
  SOFTWARE,
  type StunClass,
  TRANSACTION_ID_BYTES,
  TRANSACTION_ID_OFFSET,
  UNKNOWN_ATTRIBUTES,
  USE_CANDIDATE,
  USERNAME,
  unpackType,
  XOR_MAPPED_ADDRESS,
} from './wire.ts';
import { readXorAddress, type TransportAddress } from './xor-address.ts';

export interface StunAttributes {
  readonly username?: string;
  /** 0 to 2^32 - 1 (RFC 8445 section 5.1.2). */
  readonly priority?: number;
  readonly useCandidate?: boolean;
  /** The tie-breaker of a peer in that role: 64 bits (RFC 8445 section 7.3.1.1). */
  readonly iceControlling?: bigint;
  readonly iceControlled?: bigint;
  readonly xorMappedAddress?: TransportAddress;
  readonly error?: StunError;
  /** The attribute types that the sender of a 420 did not understand. */
  readonly unknownAttributes?: readonly number[];
  readonly software?: string;
}

export interface StunError {
  /** 300 to 699. */
  readonly code: number;
  readonly reason: string;
}

export interface StunMessage {
  readonly class: StunClass;
  /** 0 to 0xfff; 1 is Binding. */
  readonly method: number;
  /** 12 bytes, a view into the datagram. */
  readonly transactionId: Uint8Array;
  readonly attributes: StunAttributes;
  /** Types that must be understood and are not, in the order they came; at most UNKNOWN_REQUIRED_MAX. */
  readonly unknownRequired: readonly number[];
  /** Where MESSAGE-INTEGRITY starts, for `integrityMatches`; what follows it is not vouched for and not read. */
  readonly integrityOffset?: number;
  readonly fingerprint: 'absent' | 'valid' | 'wrong';
}

/** Enough to tell a peer what is wrong; a datagram full of unknown attributes earns no answer of its own length. */
export const UNKNOWN_REQUIRED_MAX = 16;

const TIE_BREAKER_BYTES = 8;
const ERROR_PREFIX_BYTES = 4;

type Draft = { -readonly [K in keyof StunAttributes]: StunAttributes[K] };
type Reading = 'read' | 'unknown' | 'malformed';

/**
 * Reads one whole datagram. Nothing when it is not exactly one STUN message, or when an attribute overruns it or has
 * the wrong size: such messages are discarded in silence (RFC 8489 section 6.3). Of attributes that come twice the
 * first counts (section 14). Neither integrity nor role is judged here.
 */
export function parseStun(bytes: Uint8Array): StunMessage | undefined {
  if (!hasStunHeader(bytes)) return undefined;
  const view = viewOf(bytes);
  const transactionId = bytes.subarray(TRANSACTION_ID_OFFSET, TRANSACTION_ID_OFFSET + TRANSACTION_ID_BYTES);
  const attributes: Draft = {};
  const unknownRequired: number[] = [];
  let integrityOffset: number | undefined;
  let fingerprint: StunMessage['fingerprint'] = 'absent';

  for (let offset = HEADER_BYTES; offset < bytes.length; ) {
    const type = view.getUint16(offset);
    const start = offset + ATTRIBUTE_HEADER_BYTES;
    const end = start + view.getUint16(offset + 2);
    const next = padded(end);
    if (next > bytes.length) return undefined;
    const value = bytes.subarray(start, end);

    if (type === FINGERPRINT) {
      if (value.length !== FINGERPRINT_BYTES || next !== bytes.length) return undefined;
      fingerprint = view.getUint32(start) === fingerprintAt(bytes, offset) ? 'valid' : 'wrong';
    } else if (integrityOffset === undefined) {
      if (type === MESSAGE_INTEGRITY) {
        if (value.length !== INTEGRITY_BYTES) return undefined;
        integrityOffset = offset;
      } else {
        const reading = read(type, value, transactionId, attributes);
        if (reading === 'malformed') return undefined;
        if (
          reading === 'unknown' &&
          type < FIRST_OPTIONAL_TYPE &&
          unknownRequired.length < UNKNOWN_REQUIRED_MAX
        )
          unknownRequired.push(type);
      }
    }
    offset = next;
  }
  return {
    ...unpackType(view.getUint16(0)),
    transactionId,
    attributes,
    unknownRequired,
    ...(integrityOffset !== undefined && { integrityOffset }),
    fingerprint,
  };
}

function read(type: number, value: Uint8Array, transactionId: Uint8Array, into: Draft): Reading {
  switch (type) {
    case USERNAME:
      into.username ??= text(value);
      return 'read';
    case SOFTWARE:
      into.software ??= text(value);
      return 'read';
    case PRIORITY:
      if (value.length !== 4) return 'malformed';
      into.priority ??= viewOf(value).getUint32(0);
      return 'read';
    case USE_CANDIDATE:
      into.useCandidate = true;
      return 'read';
    case ICE_CONTROLLING:
      if (value.length !== TIE_BREAKER_BYTES) return 'malformed';
      into.iceControlling ??= viewOf(value).getBigUint64(0);
      return 'read';
    case ICE_CONTROLLED:
      if (value.length !== TIE_BREAKER_BYTES) return 'malformed';
      into.iceControlled ??= viewOf(value).getBigUint64(0);
      return 'read';
    case XOR_MAPPED_ADDRESS: {
      const address = readXorAddress(value, transactionId);
      if (address === undefined) return 'malformed';
      into.xorMappedAddress ??= address;
      return 'read';
    }
    case ERROR_CODE: {
      const error = readError(value);
      if (error === undefined) return 'malformed';
      into.error ??= error;
      return 'read';
    }
    case UNKNOWN_ATTRIBUTES:
      if (value.length % 2 !== 0) return 'malformed';
      into.unknownAttributes ??= readTypes(value);
      return 'read';
    default:
      return 'unknown';
  }
}

/** The hundreds and the rest of the code have a byte each (RFC 8489 section 14.8). */
function readError(value: Uint8Array): StunError | undefined {
  if (value.length < ERROR_PREFIX_BYTES) return undefined;
  const hundreds = value[2]! & 0b111;
  const rest = value[3]!;
  if (hundreds < 3 || hundreds > 6 || rest > 99) return undefined;
  return { code: 100 * hundreds + rest, reason: text(value.subarray(ERROR_PREFIX_BYTES)) };
}

function readTypes(value: Uint8Array): number[] {
  const count = Math.min(value.length / 2, UNKNOWN_REQUIRED_MAX);
  return Array.from({ length: count }, (_, i) => (value[2 * i]! << 8) | value[2 * i + 1]!);
}

function viewOf(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}

/** Bytes that are no UTF-8 become U+FFFD, which equals nothing that we ever handed out. */
function text(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
}
