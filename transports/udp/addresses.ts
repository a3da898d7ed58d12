/** Which of the machine's own addresses media can be offered on. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** What the operating system tells about its interfaces, by their name. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface AddressChoice {
  /** `never` leaves loopback out even when the machine has nothing else; the default is `if alone`. */
  readonly loopback?: 'always' | 'if alone' | 'never';
}

/**
 * The usable unicast addresses, IPv4 first (what most clients reach), loopback last, each once. Link-local IPv6 is left
 * out: it means nothing without the zone of the machine that would use it (RFC 4007 section 6). This is the one place
 * that asks the system for its interfaces; a test hands in its own.
 */
export function localAddresses(
  choice: AddressChoice = {},
  interfaces: Interfaces = networkInterfaces(),
): readonly string[] {
  const usable = Object.values(interfaces)
    .flatMap(infos => infos ?? [])
    .filter(info => !isLinkLocalIpv6(info));
  const outer = byFamily(usable.filter(info => !info.internal));
  const loopback = byFamily(usable.filter(info => info.internal));
  switch (choice.loopback ?? 'if alone') {
    case 'always':
      return [...outer, ...loopback];
    case 'if alone':
      return outer.length > 0 ? outer : loopback;
    case 'never':
      return outer;
  }
}

function byFamily(infos: readonly NetworkInterfaceInfo[]): string[] {
  const of = (family: 'IPv4' | 'IPv6') =>
    infos.filter(info => info.family === family).map(info => info.address);
  return [...new Set([...of('IPv4'), ...of('IPv6')])];
}

/** fe80::/10 (RFC 4291 section 2.5.6). */
function isLinkLocalIpv6(info: NetworkInterfaceInfo): boolean {
  return info.family === 'IPv6' && /^fe[89ab]/i.test(info.address);
}
