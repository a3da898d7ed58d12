/** IP addresses and networks as numbers of 128 bits; IPv4 is where IPv6 has it mapped (RFC 4291 section 2.5.5.2). */
import { isIPv4, isIPv6 } from 'node:net';

export const IP_BITS = 128;
const IPV4_BITS = 32;
const IPV4_MAPPED = 0xffffn << 32n;
const GROUPS = 8;

export interface Network {
  /** The bits that all of its addresses begin with. */
  readonly prefix: bigint;
  /** How many these are, of 128. */
  readonly bits: number;
}

/** Undefined for what is no address. A zone (`fe80::1%eth0`) is left out. */
export function ipNumber(ip: string): bigint | undefined {
  if (isIPv4(ip)) return IPV4_MAPPED | ipv4Number(ip);
  return isIPv6(ip) ? ipv6Number(ip.split('%', 1)[0]!) : undefined;
}

/** `10.1.0.0/16`, `2001:db8::/32`, or one address; undefined when it is none, or has bits after its prefix. */
export function parseNetwork(text: string): Network | undefined {
  const [, ip = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = ipNumber(ip);
  if (address === undefined) return undefined;
  const most = isIPv4(ip) ? IPV4_BITS : IP_BITS;
  const own = length === undefined ? most : Number(length);
  if (own > most) return undefined;
  const rest = BigInt(most - own);
  const prefix = address >> rest;
  return prefix << rest === address ? { prefix, bits: IP_BITS - (most - own) } : undefined;
}

function ipv4Number(ip: string): bigint {
  return BigInt(ip.split('.').reduce((number, byte) => number * 256 + Number(byte), 0));
}

function ipv6Number(ip: string): bigint {
  const last = ip.slice(ip.lastIndexOf(':') + 1);
  const dotted = isIPv4(last) ? ipv4Number(last) : undefined;
  const words =
    dotted === undefined
      ? ip
      : `${ip.slice(0, -last.length)}${(dotted >> 16n).toString(16)}:${(dotted & 0xffffn).toString(16)}`;
  const [left = '', right] = words.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: GROUPS - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n);
}
