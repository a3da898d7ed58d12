/** The value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). */
import { ipBytes, ipText } from '../udp/ip-address.ts';
import { MAGIC_COOKIE } from './wire.ts';

export interface TransportAddress {
  /** As text: `192.0.2.1`, `2001:db8::1`. */
  readonly address: string;
  /** 0 to 65535. */
  readonly port: number;
}

const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;
const PREFIX_BYTES = 4;
const MASK_BYTES = 16;

/** Nothing when the family is unknown or the size is not that of the family. */
export function readXorAddress(value: Uint8Array, transactionId: Uint8Array): TransportAddress | undefined {
  const size = value[1] === FAMILY_IPV4 ? 4 : value[1] === FAMILY_IPV6 ? 16 : undefined;
  if (size === undefined || value.length !== PREFIX_BYTES + size) return undefined;
  const port = ((value[2]! << 8) | value[3]!) ^ (MAGIC_COOKIE >>> 16);
  return { address: ipText(masked(value.subarray(PREFIX_BYTES), transactionId)), port };
}

/** Throws a RangeError when `address` is no IP address. */
export function writeXorAddress({ address, port }: TransportAddress, transactionId: Uint8Array): Uint8Array {
  const ip = ipBytes(address);
  if (ip === undefined) throw new RangeError(`not an IP address: ${address}`);
  const value = new Uint8Array(PREFIX_BYTES + ip.length);
  const maskedPort = port ^ (MAGIC_COOKIE >>> 16);
  value[1] = ip.length === 4 ? FAMILY_IPV4 : FAMILY_IPV6;
  value[2] = maskedPort >> 8;
  value[3] = maskedPort;
  value.set(masked(ip, transactionId), PREFIX_BYTES);
  return value;
}

/** Exclusive-or with the cookie, and past it the transaction id; undoes itself. */
function masked(ip: Uint8Array, transactionId: Uint8Array): Uint8Array {
  const mask = new Uint8Array(MASK_BYTES);
  new DataView(mask.buffer).setUint32(0, MAGIC_COOKIE);
  mask.set(transactionId, 4);
  return ip.map((byte, i) => byte ^ mask[i]!);
}
