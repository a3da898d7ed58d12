/** Distances on the globe, quick enough for a hundred a placement: coordinates become points once, then it is a product. */
import type { Coordinates } from './location.ts';

/** The mean radius of the Earth (IUGG), km. */
const EARTH_RADIUS_KM = 6371;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** On the unit sphere. */
export interface GlobePoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export function globePoint({ latitude, longitude }: Coordinates): GlobePoint {
  const phi = latitude * RADIANS_PER_DEGREE;
  const lambda = longitude * RADIANS_PER_DEGREE;
  const radius = Math.cos(phi);
  return { x: radius * Math.cos(lambda), y: radius * Math.sin(lambda), z: Math.sin(phi) };
}

/** Along the surface. */
export function distanceKm(a: GlobePoint, b: GlobePoint): number {
  // Half of the chord, rather than the product of the two: that loses all digits where points are near each other.
  const x = a.x - b.x;
  const y = a.y - b.y;
  const z = a.z - b.z;
  const half = Math.sqrt(x * x + y * y + z * z) / 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, half));
}
