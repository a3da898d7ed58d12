/** How far clients are by what they have measured themselves, and what comes of it when they make it up. */
import test from 'ava';
import fc from 'fast-check';
import { LANDMARKS_MAX, Landmarks } from '../../../actors/scheduler/landmarks.ts';
import {
  MEASURED_MAX,
  type MeasuredSite,
  MeasuredWays,
  RTT_MAX_MS,
} from '../../../actors/scheduler/measured-ways.ts';
import type { NodeLoad } from '../../../actors/scheduler/messages.ts';
import { type Spot, spotOf, wayMs } from '../../../actors/scheduler/path-cost.ts';
import { NEAR_MS, Placement } from '../../../actors/scheduler/placement.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const place = fc.record({
  latitude: fc.double({ min: -60, max: 60, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const places = fc.array(place, { minLength: 2, maxLength: 12 });
const forged = fc.array(
  fc.record({
    site: fc.constantFrom('s0', 's1', 's2', 's3', 'nowhere', '__proto__'),
    rttMs: fc.double({ min: 0, max: RTT_MAX_MS, noNaN: true }),
  }),
  { maxLength: MEASURED_MAX },
);
const idle: NodeLoad = { publishers: 0, viewers: 0, cores: 1, measuredAtMs: 0 };
const full: NodeLoad = { ...idle, viewers: 100_000 };

function spotsOf(all: readonly { readonly latitude: number; readonly longitude: number }[]): readonly Spot[] {
  return all.map((at, i) => spotOf(`s${i}`, { at }));
}

/** As the client would measure it if lines were all alike. */
function measuredTo(client: Spot, sites: readonly Spot[]): readonly MeasuredSite[] {
  return sites.map(site => ({ site: site.idc!, rttMs: 2 * wayMs(client, site) }));
}

test('a site that was measured is as far as that; any other no farther than is said, and no nearer than at least', t => {
  fc.assert(
    fc.property(place, places, fc.nat(MEASURED_MAX), (at, all, count) => {
      const client = spotOf(undefined, { at });
      const sites = spotsOf(all);
      const ways = new MeasuredWays(measuredTo(client, sites.slice(0, count)), sites);
      t.is(ways.isOfUse, count > 0);
      return sites.every((site, i) => {
        const trueMs = wayMs(client, site);
        const ms = ways.toMs(site);
        if (i < count) return Math.abs(ms - trueMs) < 1e-6;
        return ms >= trueMs - 1e-6 && ways.atLeastMs(site) <= trueMs + 1e-6;
      });
    }),
    { seed: 8, numRuns: 300 },
  );
});

test('who has measured all sites is sent to one as near as any', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(place, fc.array(place, { minLength: 2, maxLength: MEASURED_MAX }), (at, all) => {
        const client = spotOf(undefined, { at });
        const sites = spotsOf(all);
        const placement = new Placement();
        for (const [i, location] of all.entries())
          placement.set({
            node: `e${i}`,
            idc: `s${i}`,
            location: { at: location },
            roles: ['pull'],
            load: idle,
            unsteady: false,
          });
        const chosen = placement.place(
          { role: 'pull', client: spotOf('control'), measured: measuredTo(client, sites), exclude: [] },
          seededRandom(1).unit,
        );
        const ways = sites.map(site => wayMs(client, site));
        return ways[Number(chosen!.slice(1))]! <= Math.min(...ways) + NEAR_MS + 1e-6;
      }),
      { seed: 8, numRuns: 300 },
    ),
  );
});

test('whatever is made up, the client is sent to an edge with room, and others to where they would be without it', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(forged, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (measured, isFull) => {
        const make = () => {
          const placement = new Placement();
          for (const [i, one] of isFull.entries())
            placement.set({
              node: `e${i}`,
              idc: `s${i}`,
              location: { at: { latitude: 0, longitude: 10 * i } },
              roles: ['pull'],
              load: one ? full : idle,
              unsteady: false,
            });
          return placement;
        };
        const [one, other] = [make(), make()];
        const draw = () => 0.5;
        const forger = one.place({ role: 'pull', client: spotOf(undefined), measured, exclude: [] }, draw);
        if (isFull.every(Boolean)) return forger === undefined;
        if (forger === undefined || isFull[Number(forger.slice(1))]) return false;
        // All that is left of it is one session on the edge that has it.
        other.place({ role: 'pull', client: spotOf(forger.replace('e', 's')), exclude: [] }, draw);
        const honest = {
          role: 'pull',
          client: spotOf(undefined, { at: { latitude: 0, longitude: 14 } }),
          exclude: [],
        } as const;
        return one.place(honest, draw) === other.place(honest, draw);
      }),
      { seed: 8, numRuns: 300 },
    ),
  );
});

test('measurements of sites that are not there are none', t => {
  const placement = new Placement();
  for (const idc of ['north', 'south'])
    placement.set({ node: idc, idc, location: undefined, roles: ['pull'], load: idle, unsteady: false });
  const measured = [{ site: 'west', rttMs: 1 }];
  const wish = { role: 'pull', client: spotOf('south'), measured, exclude: [] } as const;
  for (let i = 0; i < 10; i += 1) t.is(placement.place(wish, seededRandom(i).unit), 'south');
});

test('measured ways count where sites have no coordinates, and the way to the source counts with them', t => {
  const placement = new Placement((from, to) => (from === 'south' && to === 'north' ? 80 : 10));
  for (const idc of ['north', 'south', 'east'])
    placement.set({ node: idc, idc, location: undefined, roles: ['pull'], load: idle, unsteady: false });
  const measured = (north: number, south: number) => [
    { site: 'north', rttMs: north },
    { site: 'south', rttMs: south },
  ];
  const placed = (north: number, south: number, source?: string) =>
    placement.place(
      {
        role: 'pull',
        client: spotOf('east'),
        measured: measured(north, south),
        source: source === undefined ? undefined : spotOf(source),
        exclude: [],
      },
      () => 0.5,
    );
  t.is(placed(20, 60), 'north');
  t.is(placed(60, 20), 'south');
  t.is(placed(20, 60, 'south'), 'south', '10 and 42 ms by north, 30 and none by south');
});

const node = (name: string, idc: string, facts: object = {}) => ({
  node: name,
  idc,
  location: undefined,
  roles: ['pull', 'gateway'] as const,
  http: `https://${idc}.example`,
  isDraining: false,
  ...facts,
});

test('sites are named that have an edge and a gateway which clients reach over HTTPS; one alone is nothing to choose from', t => {
  const landmarks = new Landmarks();
  landmarks.set(node('a', 'north'));
  landmarks.set(node('b', 'mute', { http: undefined }));
  landmarks.set(node('c', 'control', { roles: ['gateway', 'scheduler'] }));
  landmarks.set(node('d', 'leaving', { isDraining: true }));
  t.deepEqual(landmarks.choose([]), []);
  landmarks.set(node('g', 'plain', { http: 'http://plain.example' }));
  t.deepEqual(landmarks.choose([]), []);
  landmarks.set(node('e', 'south', { roles: ['gateway'] }));
  landmarks.set(node('f', 'south', { roles: ['push'], http: undefined }));
  const both = [
    { site: 'north', url: 'https://north.example' },
    { site: 'south', url: 'https://south.example' },
  ];
  t.deepEqual(landmarks.choose([]), both);
  t.deepEqual(landmarks.choose([{ site: 'gone', rttMs: 1 }]), both);
  t.deepEqual(landmarks.choose([{ site: 'north', rttMs: 90 }]), [both[1]]);
  landmarks.remove('f');
  t.deepEqual(landmarks.choose([]), []);
});

test('first some that are far apart, then what may be nearer, until the nearest is known', t => {
  let rounds = 0;
  fc.assert(
    fc.property(place, fc.array(place, { minLength: 2, maxLength: 40 }), (at, all) => {
      const client = spotOf(undefined, { at });
      const landmarks = new Landmarks();
      for (const [i, location] of all.entries())
        landmarks.set(node(`n${i}`, `s${i}`, { location: { at: location } }));
      const sites = spotsOf(all);
      const measured: MeasuredSite[] = [];
      for (;;) {
        const named = landmarks.choose(measured);
        t.true(named.length <= LANDMARKS_MAX);
        if (named.length === 0) break;
        const found = named.map(({ site }) => sites.find(({ idc }) => idc === site)!);
        if (found.some(({ idc }) => measured.some(({ site }) => site === idc))) return false;
        measured.push(...measuredTo(client, found));
        rounds += 1;
      }
      const nearest = Math.min(...sites.map(site => wayMs(client, site)));
      return Math.min(...measured.map(({ rttMs }) => rttMs / 2)) <= nearest + 1e-6;
    }),
    { seed: 8, numRuns: 100 },
  );
  t.log(`${rounds / 100} rounds of measuring on average`);
});
