/** How distance, lines and the way to the source decide. */
import test from 'ava';
import fc from 'fast-check';
import { type Location, parseCoordinates } from '../../../actors/geo/location.ts';
import type { NodeLoad } from '../../../actors/scheduler/messages.ts';
import { isLocated, ispMs, loadMs, sourceMs, spotOf, wayMs } from '../../../actors/scheduler/path-cost.ts';
import { NEAR_MS, Placement } from '../../../actors/scheduler/placement.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const random = seededRandom(9);
const at = (text: string): Location => ({ at: parseCoordinates(text)! });
const cities = {
  beijing: at('39.9/116.4'),
  tianjin: at('39.1/117.2'),
  guangzhou: at('23.1/113.3'),
  frankfurt: at('50.1/8.7'),
};
type City = keyof typeof cities;

const idle: NodeLoad = { publishers: 0, viewers: 0, cores: 1, measuredAtMs: 0 };
const busy = (utilisation: number): NodeLoad => ({ ...idle, utilisation });

function edges(all: Readonly<Record<string, { idc: string; location?: Location; load?: NodeLoad }>>) {
  const placement = new Placement();
  for (const [node, { idc, location, load = idle }] of Object.entries(all)) {
    placement.set({ node, idc, location, roles: ['pull'], load, unsteady: false });
  }
  return (client: Location | undefined, source?: City, idc?: string) =>
    placement.place(
      {
        role: 'pull',
        client: client === undefined ? spotOf(idc) : spotOf(undefined, client),
        source: source && spotOf(source, cities[source]),
        exclude: [],
      },
      random.unit,
    );
}

const inCities = (loads: Partial<Record<City, NodeLoad>> = {}) =>
  edges(
    Object.fromEntries(
      (Object.keys(cities) as City[]).map(city => [
        city,
        { idc: city, location: cities[city], load: loads[city] ?? idle },
      ]),
    ),
  );

test('the nearest edge, wherever the stream is from', t => {
  for (const source of ['guangzhou', 'frankfurt', undefined] as const) {
    const place = inCities();
    t.is(place(at('22.5/114.1'), source), 'guangzhou');
    t.is(place(at('52.5/13.4'), source), 'frankfurt');
  }
});

test('of edges equally near the client, that nearer to the source', t => {
  const place = edges({
    north: { idc: 'north', location: at('45/110') },
    south: { idc: 'south', location: at('25/110') },
  });
  t.is(place(at('35/110'), 'beijing'), 'north');
  t.is(place(at('35/110'), 'guangzhou'), 'south');
});

test('a detour away from the source costs more than a somewhat longer way to the edge', t => {
  const place = edges({
    beyond: { idc: 'beyond', location: at('43/116.4') },
    between: { idc: 'between', location: at('31/116.4') },
  });
  t.is(place(at('37.5/116.4')), 'beyond');
  t.is(place(at('37.5/116.4'), 'guangzhou'), 'between');
});

test('a site overflows into its neighbour before it is full, and not across the world', t => {
  const beijing = cities.beijing;
  t.is(inCities({ beijing: busy(0.3) })(beijing), 'beijing');
  t.is(inCities({ beijing: busy(0.7) })(beijing), 'tianjin');
  t.is(inCities({ beijing: busy(0.6), tianjin: busy(0.6), guangzhou: busy(0.6) })(beijing), 'beijing');
});

test('lines of the client’s own ISP are worth a detour of a city, not of an ocean', t => {
  const mobile: Location = { ...cities.beijing, isps: ['as9808', 'china-mobile'] };
  const place = edges({
    near: { idc: 'beijing', location: { ...cities.beijing, isps: ['china-telecom'] } },
    unknown: { idc: 'beijing', location: cities.beijing },
    own: { idc: 'tianjin', location: { ...cities.tianjin, isps: ['china-mobile'] } },
  });
  t.is(place(mobile), 'own');
  const far = edges({
    near: { idc: 'beijing', location: { ...cities.beijing, isps: ['china-telecom'] } },
    own: { idc: 'frankfurt', location: { ...cities.frankfurt, isps: ['china-mobile'] } },
  });
  t.is(far(mobile), 'near');
});

test('regions will do where there are no coordinates', t => {
  const place = edges({
    bj: { idc: 'a', location: { region: 'cn-bj' } },
    gd: { idc: 'b', location: { region: 'cn-gd' } },
    de: { idc: 'c', location: { region: 'de' } },
  });
  t.is(place({ region: 'cn-bj' }), 'bj');
  t.is(place({ region: 'de-by' }), 'de');
  t.true(['bj', 'gd'].includes(place({ region: 'cn-sh' })!));
});

test('a client that nobody knows goes to the site of whoever asks for it, else where there is room', t => {
  const place = inCities({ guangzhou: busy(0.3) });
  for (let i = 0; i < 10; i += 1) t.is(place(undefined, 'frankfurt', 'guangzhou'), 'guangzhou');
  const chosen = new Set(Array.from({ length: 200 }, () => place(undefined, 'frankfurt', 'nowhere')));
  t.true(chosen.size >= 3, [...chosen].join(' '));
});

test('no edge with room is better than the one chosen by more than the least difference that counts', t => {
  const coordinates = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  const location = fc.record<Location>(
    {
      at: coordinates,
      region: fc.constantFrom('cn-bj', 'cn-gd', 'de'),
      isps: fc.subarray(['as1', 'as2', 'as3']),
    },
    { requiredKeys: [] },
  );
  const edge = fc.record({
    idc: fc.constantFrom('a', 'b', 'c'),
    location,
    utilisation: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(edge, { minLength: 1, maxLength: 12 }), location, location, (all, client, from) => {
      const placement = new Placement();
      for (const [i, { idc, location: place, utilisation }] of all.entries()) {
        // Lines of its own keep each in a group of its own.
        const own = { ...place, isps: [...(place.isps ?? []), `own-${i}`] };
        const facts = {
          idc,
          location: own,
          roles: ['pull'],
          load: busy(utilisation),
          unsteady: false,
        } as const;
        placement.set({ node: String(i), ...facts });
      }
      const [spot, source] = [spotOf(undefined, client), spotOf('a', from)];
      const costs = all.map(({ idc, location: place, utilisation }, i) => {
        const own = spotOf(idc, { ...place, isps: [...(place.isps ?? []), `own-${i}`] });
        const way = wayMs(spot, own) + ispMs(spot, own);
        const rest = isLocated(spot) ? sourceMs(own, source, undefined) : 0;
        return utilisation >= 0.85 ? Number.POSITIVE_INFINITY : way + rest + loadMs(utilisation / 0.85);
      });
      const wish = { role: 'pull', client: spot, source, exclude: [] } as const;
      const chosen = placement.place(wish, random.unit);
      const least = Math.min(...costs);
      if (chosen === undefined) return least === Number.POSITIVE_INFINITY;
      return costs[Number(chosen)]! <= least + NEAR_MS;
    }),
    { seed: 8, numRuns: 1000 },
  );
  t.pass();
});
