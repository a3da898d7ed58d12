/** STUN messages (RFC 8489) from values to bytes. */
import { pooledBytes } from '../pooled-bytes.ts';
import { type HmacSha1, hmacSha1 } from './hmac-sha1.ts';
import { FINGERPRINT_BYTES, fingerprintAt, INTEGRITY_BYTES, integrityAt } from './integrity.ts';
import type { StunAttributes, StunError } from './message.ts';
import {
  ATTRIBUTE_HEADER_BYTES,
  BINDING,
  ERROR_CODE,
  FINGERPRINT,
  HEADER_BYTES,
  ICE_CONTROLLED,
  ICE_CONTROLLING,
  MAGIC_COOKIE,
  MESSAGE_INTEGRITY,
  PRIORITY,
  packType,
  padded,
  SOFTWARE,
  type StunClass,
  TRANSACTION_ID_OFFSET,
  UNKNOWN_ATTRIBUTES,
  USE_CANDIDATE,
  USERNAME,
  XOR_MAPPED_ADDRESS,
} from './wire.ts';
import { writeXorAddress } from './xor-address.ts';

export interface StunToBuild {
  readonly class: StunClass;
  /** Binding unless said otherwise. */
  readonly method?: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly attributes?: StunAttributes;
  /** The short-term password to vouch with; without it there is no MESSAGE-INTEGRITY. */
  readonly password?: string;
  /** By default node:crypto's. */
  readonly hmacSha1?: HmacSha1;
  /** True unless said otherwise, as ICE asks (RFC 8445 section 7.1). */
  readonly fingerprint?: boolean;
}

type Field = readonly [type: number, value: Uint8Array];

const NOTHING = new Uint8Array(0);

/** The message as a datagram. Throws a RangeError for an address that is none. */
export function buildStun(message: StunToBuild): Uint8Array {
  const fields = fieldsOf(message.attributes ?? {}, message.transactionId);
  const withIntegrity = message.password !== undefined;
  const withFingerprint = message.fingerprint ?? true;
  const fieldBytes = fields.reduce(
    (sum, [, value]) => sum + ATTRIBUTE_HEADER_BYTES + padded(value.length),
    0,
  );
  const size =
    HEADER_BYTES +
    fieldBytes +
    (withIntegrity ? ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES : 0) +
    (withFingerprint ? ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES : 0);

  // Zeros, for what pads values (RFC 8489 section 14).
  const bytes = pooledBytes(size).fill(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  view.setUint16(0, packType(message.class, message.method ?? BINDING));
  view.setUint16(2, size - HEADER_BYTES);
  view.setUint32(4, MAGIC_COOKIE);
  bytes.set(message.transactionId, TRANSACTION_ID_OFFSET);

  let offset = HEADER_BYTES;
  const put = ([type, value]: Field) => {
    view.setUint16(offset, type);
    view.setUint16(offset + 2, value.length);
    bytes.set(value, offset + ATTRIBUTE_HEADER_BYTES);
    offset += ATTRIBUTE_HEADER_BYTES + padded(value.length);
  };
  for (const field of fields) put(field);
  if (message.password !== undefined) {
    const sign = message.hmacSha1 ?? hmacSha1;
    put([MESSAGE_INTEGRITY, integrityAt(bytes, offset, message.password, sign)]);
  }
  if (withFingerprint) put([FINGERPRINT, uint32(fingerprintAt(bytes, offset))]);
  return bytes;
}

function fieldsOf(attributes: StunAttributes, transactionId: Uint8Array): Field[] {
  const { username, priority, iceControlling, iceControlled, xorMappedAddress, error, software } = attributes;
  const fields: Field[] = [];
  if (software !== undefined) fields.push([SOFTWARE, Buffer.from(software)]);
  if (username !== undefined) fields.push([USERNAME, Buffer.from(username)]);
  if (priority !== undefined) fields.push([PRIORITY, uint32(priority)]);
  if (attributes.useCandidate) fields.push([USE_CANDIDATE, NOTHING]);
  if (iceControlling !== undefined) fields.push([ICE_CONTROLLING, uint64(iceControlling)]);
  if (iceControlled !== undefined) fields.push([ICE_CONTROLLED, uint64(iceControlled)]);
  if (xorMappedAddress !== undefined)
    fields.push([XOR_MAPPED_ADDRESS, writeXorAddress(xorMappedAddress, transactionId)]);
  if (error !== undefined) fields.push([ERROR_CODE, errorValue(error)]);
  if (attributes.unknownAttributes !== undefined)
    fields.push([UNKNOWN_ATTRIBUTES, typesValue(attributes.unknownAttributes)]);
  return fields;
}

function errorValue({ code, reason }: StunError): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, 0, Math.floor(code / 100), code % 100), Buffer.from(reason)]);
}

function typesValue(types: readonly number[]): Uint8Array {
  return Uint8Array.from(types.flatMap(type => [type >> 8, type & 0xff]));
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
