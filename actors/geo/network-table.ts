/** What the operator says of networks: of those that hold an address, the smallest one's word counts. Pure. */
import { IP_BITS, ipNumber, type Network, parseNetwork } from './ip-number.ts';
import { isGeoName, type Location, parseCoordinates } from './location.ts';

/** A school's own networks and its ISPs' are dozens; who needs more has a database made. */
export const NETWORKS_MAX = 10_000;

export interface NetworkEntry {
  readonly network: Network;
  readonly location: Location;
}

/** In words, for those who have written an entry in another way. */
export const NETWORK_RULE =
  'NETWORK REGION ISP LATITUDE/LONGITUDE, with - for what is not known, such as 10.1.0.0/16 cn-bj china-mobile 39.9/116.4';

/** One line of the table; undefined when it is none. What is not known at its end may be left out. */
export function parseNetworkEntry(text: string): NetworkEntry | undefined {
  const [cidr = '', region = '-', isp = '-', coordinates = '-', ...rest] = text.trim().split(/\s+/);
  const network = parseNetwork(cidr);
  const at = coordinates === '-' ? undefined : parseCoordinates(coordinates);
  const isWrong =
    network === undefined ||
    rest.length > 0 ||
    [region, isp].some(name => name !== '-' && !isGeoName(name)) ||
    (coordinates !== '-' && at === undefined);
  if (isWrong) return undefined;
  return {
    network,
    location: { ...(region !== '-' && { region }), ...(at && { at }), ...(isp !== '-' && { isps: [isp] }) },
  };
}

export class NetworkTable {
  /** By the length of their prefixes, the longest first; then by prefix. */
  readonly #byBits: readonly (readonly [bits: bigint, ReadonlyMap<bigint, Location>])[];

  /** Of two entries of the same network the later one counts. */
  constructor(entries: Iterable<NetworkEntry>) {
    const byBits = new Map<number, Map<bigint, Location>>();
    for (const { network, location } of entries) {
      const ofLength = byBits.get(network.bits) ?? new Map<bigint, Location>();
      byBits.set(network.bits, ofLength.set(network.prefix, location));
    }
    this.#byBits = [...byBits].sort(([a], [b]) => b - a).map(([bits, known]) => [BigInt(bits), known]);
  }

  /** Undefined when no network holds the address, or it is none. */
  find(ip: string): Location | undefined {
    const address = ipNumber(ip);
    if (address === undefined) return undefined;
    for (const [bits, known] of this.#byBits) {
      const location = known.get(address >> (BigInt(IP_BITS) - bits));
      if (location !== undefined) return location;
    }
    return undefined;
  }
}
