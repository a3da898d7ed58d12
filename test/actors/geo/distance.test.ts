import test from 'ava';
import fc from 'fast-check';
import { distanceKm, globePoint } from '../../../actors/geo/distance.ts';
import { type Coordinates, isCoordinates, parseCoordinates } from '../../../actors/geo/location.ts';

const between = (a: string, b: string) =>
  distanceKm(globePoint(parseCoordinates(a)!), globePoint(parseCoordinates(b)!));

test('known distances, within a hundredth', t => {
  for (const [a, b, km] of [
    ['39.90/116.41', '23.13/113.26', 1887],
    ['52.52/13.40', '40.71/-74.01', 6385],
    ['0/179', '0/-179', 222],
    ['90/0', '-90/0', 20_015],
    ['39.9/116.4', '39.9/116.4', 0],
  ] as const) {
    t.true(Math.abs(between(a, b) - km) <= km / 100, `${a} to ${b}: ${between(a, b)} km`);
  }
});

const coordinates = fc.record<Coordinates>({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('it is the same both ways, no longer than half around, and no detour is shorter', t => {
  fc.assert(
    fc.property(coordinates, coordinates, coordinates, (a, b, c) => {
      const [x, y, z] = [globePoint(a), globePoint(b), globePoint(c)];
      const direct = distanceKm(x, y);
      return (
        isCoordinates(a) &&
        direct === distanceKm(y, x) &&
        direct <= 20_016 &&
        distanceKm(x, z) + distanceKm(z, y) >= direct - 0.01
      );
    }),
    { seed: 8, numRuns: 500 },
  );
  t.pass();
});
