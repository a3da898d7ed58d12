/** How load decides: evenly, at once, with limits that do not flutter. */
import test from 'ava';
import {
  fullnessOf,
  OPEN_AGAIN_BELOW,
  PACKETS_PER_SECOND_PER_CORE,
  SESSIONS_PER_CORE,
} from '../../../actors/scheduler/fullness.ts';
import type { NodeLoad } from '../../../actors/scheduler/messages.ts';
import { spotOf } from '../../../actors/scheduler/path-cost.ts';
import { Placement } from '../../../actors/scheduler/placement.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const load = (viewers: number, more: Partial<NodeLoad> = {}): NodeLoad => ({
  publishers: 0,
  viewers,
  cores: 1,
  measuredAtMs: 0,
  ...more,
});

function edges(draw = seededRandom(8).unit) {
  const placement = new Placement();
  return {
    placement,
    announce: (node: string, measured: NodeLoad) =>
      placement.set({
        node,
        idc: 'north',
        location: undefined,
        roles: ['pull'],
        load: measured,
        unsteady: false,
      }),
    place: () => placement.place({ role: 'pull', client: spotOf('north'), exclude: [] }, draw),
  };
}

test('thousands who come between two reports are spread evenly, by the size of the nodes', t => {
  const { announce, place } = edges();
  const sizes = Array.from({ length: 30 }, (_, i) => (i < 10 ? 2 : 1));
  for (const [i, cores] of sizes.entries()) announce(`n${i}`, load(0, { cores }));
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i += 1) {
    const node = place()!;
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  const perCore = sizes.map((cores, i) => counts.get(`n${i}`)! / cores);
  t.true(Math.max(...perCore) - Math.min(...perCore) <= 6, perCore.join(' '));
});

test('of two that are drawn the less full one is taken, whichever is drawn first', t => {
  for (const first of [0, 0.99]) {
    const { announce, place } = edges(() => first);
    announce('a', load(10));
    announce('b', load(12));
    t.deepEqual([place(), place(), place()].filter(node => node === 'a').length >= 2, true);
  }
});

test('what was placed counts at once, and half of it still when the load is measured anew', t => {
  const { announce, place, placement } = edges();
  announce('a', load(0, { measuredAtMs: 1 }));
  for (let i = 0; i < 400; i += 1) place();
  t.is(placement.fullness('a'), fullnessOf(load(0), 400));
  // The same measurement, told again.
  announce('a', load(0, { measuredAtMs: 1 }));
  t.is(placement.fullness('a'), fullnessOf(load(0), 400));
  announce('a', load(400, { measuredAtMs: 2 }));
  t.is(placement.fullness('a'), fullnessOf(load(400), 200));
  announce('a', load(400, { measuredAtMs: 3 }));
  t.is(placement.fullness('a'), fullnessOf(load(400), 100));
});

for (const [what, full, almost] of [
  ['sessions', load(SESSIONS_PER_CORE), load(SESSIONS_PER_CORE - 1)],
  ['packets', load(1, { packetsPerSecond: PACKETS_PER_SECOND_PER_CORE }), load(1, { packetsPerSecond: 10 })],
  ['its processors', load(1, { utilisation: 0.85 }), load(1, { utilisation: 0.5 })],
  [
    'its lines',
    load(1, { bitsPerSecond: 1e9, mostBitsPerSecond: 1e9 }),
    load(1, { bitsPerSecond: 5e8, mostBitsPerSecond: 1e9 }),
  ],
  ['cores', load(0, { cores: 0 }), load(0)],
] as const) {
  test(`a node is full by ${what} alone`, t => {
    const { announce, place } = edges();
    announce('a', full);
    t.is(place(), undefined);
    t.true(fullnessOf(almost, 0) < 1);
    announce('b', almost);
    t.is(place(), 'b');
  });
}

test('one that was full takes nobody until it is clearly below its limit', t => {
  const { announce, place } = edges();
  const viewers = (share: number) => load(Math.floor(SESSIONS_PER_CORE * share));
  announce('a', viewers(0.99));
  t.is(place(), 'a');
  announce('a', viewers(1));
  t.is(place(), undefined);
  announce('a', viewers(OPEN_AGAIN_BELOW + 0.01));
  t.is(place(), undefined);
  announce('a', viewers(OPEN_AGAIN_BELOW - 0.01));
  t.is(place(), 'a');
  announce('a', viewers(0.99));
  t.is(place(), 'a');
});
