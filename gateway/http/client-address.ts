/** Whom an address stands for. */
import { isIPv6 } from 'node:net';

/** One customer is given a /64 of IPv6 at least, and may use all of its addresses (RFC 6177). */
const IPV6_PREFIX_GROUPS = 4;

/** The name under which requests from `ip` are counted: an IPv4 address, or the /64 of an IPv6 address. */
export function clientOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1]!;
  if (!isIPv6(ip)) return ip;
  const [left = '', right] = ip.split('%', 1)[0]!.toLowerCase().split('::');
  const groups = left === '' ? [] : left.split(':');
  if (right !== undefined) {
    const tail = right === '' ? [] : right.split(':');
    while (groups.length + tail.length < 8) groups.push('0');
    groups.push(...tail);
  }
  return `${groups
    .slice(0, IPV6_PREFIX_GROUPS)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** Whether `ip` is this machine itself: `127.0.0.0/8` or `::1`. */
export function isLoopback(ip: string): boolean {
  return ip === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(ip);
}
