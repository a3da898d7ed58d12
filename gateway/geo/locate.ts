/** Where the client of an address is: by what the configuration says of its network, else by the databases. */
import type { Location } from '../../actors/geo/location.ts';
import type { NetworkTable } from '../../actors/geo/network-table.ts';
import type { GeoFiles } from './geo-files.ts';

/** Undefined when nobody knows. */
export type Locate = (ip: string) => Location | undefined;

export function locator(networks: NetworkTable, files: Pick<GeoFiles, 'find'>): Locate {
  return ip => networks.find(ip) ?? files.find(ip);
}
