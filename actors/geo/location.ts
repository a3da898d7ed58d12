/** Where a client or a node is, as far as anybody knows. Plain data; each part may be missing. */

export interface Coordinates {
  /** Degrees, -90 to 90. */
  readonly latitude: number;
  /** Degrees, -180 to 180. */
  readonly longitude: number;
}

export interface Location {
  /** A country, or a part of one after a hyphen, in small letters as ISO 3166 has them: `cn`, `cn-bj`. */
  readonly region?: string;
  readonly at?: Coordinates;
  /** Whose lines it is on, in small letters: `china-mobile`, `as9808`. A node may be on several. */
  readonly isps?: readonly string[];
}

/** Names are compared often and sent with every registration; no ISP's or region's has more letters. */
export const GEO_NAME_MAX_LENGTH = 63;
/** Lines of one node, and names of one ISP: more are a fault. */
export const ISPS_MAX = 16;

const GEO_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export function isGeoName(text: string): boolean {
  return text.length <= GEO_NAME_MAX_LENGTH && GEO_NAME.test(text);
}

/** A name as databases write it, as one that can be compared: `China Mobile` is `china-mobile`. */
export function geoNameOf(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, GEO_NAME_MAX_LENGTH)
    .replaceAll(/^-|-$/g, '');
  return name === '' ? undefined : name;
}

/** `39.9/116.4`, latitude first; undefined when it is something else. */
export function parseCoordinates(text: string): Coordinates | undefined {
  const [, latitude, longitude] = /^(-?\d{1,2}(?:\.\d{1,9})?)\/(-?\d{1,3}(?:\.\d{1,9})?)$/.exec(text) ?? [];
  const at = { latitude: Number(latitude), longitude: Number(longitude) };
  return isCoordinates(at) ? at : undefined;
}

export function isCoordinates({ latitude, longitude }: Coordinates): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** The country of a region. */
export function countryOf(region: string): string {
  return region.split('-', 1)[0]!;
}
