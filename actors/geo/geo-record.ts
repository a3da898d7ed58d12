/** What a record of a GeoLite2 or GeoIP2 database, or of one made alike, says of where an address is. Pure. */
import { geoNameOf, isCoordinates, type Location } from './location.ts';

/** Cities, countries, ISPs and autonomous systems each have a database, with these fields among others. */
interface GeoRecord {
  readonly country?: { readonly iso_code?: unknown };
  readonly subdivisions?: readonly { readonly iso_code?: unknown }[];
  readonly location?: { readonly latitude?: unknown; readonly longitude?: unknown };
  readonly isp?: unknown;
  readonly autonomous_system_number?: unknown;
  readonly autonomous_system_organization?: unknown;
}

/** Of fields that are of another type than they should be nothing is taken: the file is the operator's, and may be anything. */
export function locationOfRecord(record: unknown): Location {
  if (typeof record !== 'object' || record === null) return {};
  const { country, subdivisions, location, ...lines } = record as GeoRecord;
  const region = regionOf(
    country?.iso_code,
    Array.isArray(subdivisions) ? subdivisions[0]?.iso_code : undefined,
  );
  const at = { latitude: location?.latitude, longitude: location?.longitude };
  const isps = ispsOf(lines);
  return {
    ...(region !== undefined && { region }),
    ...(isPlace(at) && { at }),
    ...(isps.length > 0 && { isps }),
  };
}

/** What the first of several says of each part counts; the names of ISPs are all kept. */
export function mergedLocation(locations: readonly Location[]): Location {
  const isps = [...new Set(locations.flatMap(location => location.isps ?? []))];
  return { ...Object.assign({}, ...[...locations].reverse()), ...(isps.length > 0 && { isps }) };
}

function regionOf(country: unknown, subdivision: unknown): string | undefined {
  if (typeof country !== 'string') return undefined;
  return geoNameOf(typeof subdivision === 'string' ? `${country}-${subdivision}` : country);
}

function ispsOf({
  isp,
  autonomous_system_number: number,
  autonomous_system_organization: organization,
}: GeoRecord): readonly string[] {
  const names = [
    typeof isp === 'string' ? geoNameOf(isp) : undefined,
    Number.isSafeInteger(number) ? `as${number}` : undefined,
    typeof organization === 'string' ? geoNameOf(organization) : undefined,
  ];
  return [...new Set(names)].filter(name => name !== undefined);
}

function isPlace(at: {
  readonly latitude: unknown;
  readonly longitude: unknown;
}): at is { readonly latitude: number; readonly longitude: number } {
  return (
    typeof at.latitude === 'number' &&
    typeof at.longitude === 'number' &&
    isCoordinates({ latitude: at.latitude, longitude: at.longitude })
  );
}
