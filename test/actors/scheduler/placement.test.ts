import test from 'ava';
import fc from 'fast-check';
import type { Role } from '../../../actors/scheduler/messages.ts';
import {
  choosePlace,
  fullness,
  PACKETS_PER_SECOND_PER_CORE,
  SESSIONS_PER_CORE,
} from '../../../actors/scheduler/placement.ts';
import { NODE_SILENCE_MS, type NodeEntry, Registry } from '../../../actors/scheduler/registry.ts';
import { UNSTEADY_LEAVES } from '../../../actors/scheduler/steadiness.ts';
import { registration } from './fixtures.ts';

const load = (viewers: number, cores = 1, measuredAtMs = 0) => ({
  publishers: 0,
  viewers,
  cores,
  measuredAtMs,
});

function place(registry: Registry, idc?: string, exclude: readonly string[] = [], role: Role = 'pull') {
  const chosen = choosePlace(registry.candidates(role, idc, exclude));
  if (chosen !== undefined) registry.notePlaced(chosen);
  return chosen;
}

const nodes = fc.uniqueArray(
  fc.record({
    name: fc.integer({ min: 0, max: 40 }),
    idc: fc.constantFrom('north', 'south', 'west'),
    roles: fc.subarray<Role>(['push', 'pull', 'relay']),
    viewers: fc.oneof(
      fc.nat({ max: 20 }),
      fc.integer({ min: SESSIONS_PER_CORE - 3, max: SESSIONS_PER_CORE + 3 }),
    ),
    cores: fc.nat({ max: 2 }),
    registeredAtMs: fc.integer({ min: 0, max: 2 * NODE_SILENCE_MS }),
    isDown: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: 20 },
);

test('never one that is excluded, silent, gone, full or of another role; and the client’s site while it has room', t => {
  fc.assert(
    fc.property(
      nodes,
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }),
      fc.constantFrom<Role>('push', 'pull'),
      (facts, excluded, role) => {
        const registry = new Registry();
        for (const { name, idc, roles, viewers, cores, registeredAtMs, isDown } of [...facts].sort(
          (a, b) => a.registeredAtMs - b.registeredAtMs,
        )) {
          const message = registration(`n${name}`, { idc, roles, load: load(viewers, cores) });
          registry.register(registeredAtMs, 0, message);
          if (isDown) registry.down(registeredAtMs, message.address, 'no connection');
        }
        const nowMs = 2 * NODE_SILENCE_MS;
        registry.advance(nowMs);
        const exclude = excluded.map(name => `n${name}`);
        const fit = facts.filter(
          ({ name, roles, viewers, cores, registeredAtMs, isDown }) =>
            !isDown &&
            roles.includes(role) &&
            viewers < cores * SESSIONS_PER_CORE &&
            nowMs - registeredAtMs < NODE_SILENCE_MS &&
            !exclude.includes(`n${name}`),
        );
        const chosen = place(registry, 'north', exclude, role);
        const inSite = fit.filter(({ idc }) => idc === 'north');
        const best = inSite.length > 0 ? inSite : fit;
        const least = Math.min(...best.map(({ viewers, cores }) => viewers / cores));
        if (best.length === 0) return chosen === undefined;
        const entry = best.find(({ name }) => `n${name}` === chosen?.node);
        return entry !== undefined && entry.viewers / entry.cores === least;
      },
    ),
    { seed: 31, numRuns: 1000 },
  );
  t.pass();
});

test('a thousand who come between two reports are spread evenly, by the size of the nodes', t => {
  const registry = new Registry();
  for (let i = 0; i < 30; i += 1) {
    registry.register(0, 0, registration(`n${i}`, { load: load(0, i < 10 ? 2 : 1) }));
  }
  for (let i = 0; i < 1000; i += 1) place(registry, 'north');
  const placed = [...registry.nodes].map(({ placed: count, load: { cores } }) => count / cores);
  t.true(Math.max(...placed) - Math.min(...placed) <= 1, placed.join(' '));
});

test('what has been placed counts until the next measurement, and not longer', t => {
  const registry = new Registry();
  const report = (node: string, viewers: number, measuredAtMs: number) =>
    registry.register(measuredAtMs, 0, registration(node, { load: load(viewers, 1, measuredAtMs) }));
  report('a', 0, 1);
  report('b', 2, 1);
  t.deepEqual(
    [1, 2, 3].map(() => place(registry)?.node),
    ['a', 'a', 'b'],
  );
  // The same measurement, told again.
  report('a', 0, 1);
  t.is(place(registry)?.node, 'a');
  // The sessions are in the measurement, or have not come.
  report('a', 0, 2);
  t.deepEqual(
    [1, 2, 3].map(() => place(registry)?.node),
    ['a', 'a', 'a'],
  );
});

test('nodes fill up to their limit and no further', t => {
  const registry = new Registry();
  for (const node of ['a', 'b'])
    registry.register(0, 0, registration(node, { load: load(SESSIONS_PER_CORE - 5) }));
  for (let i = 0; i < 10; i += 1) t.not(place(registry), undefined);
  t.is(place(registry), undefined);
  t.deepEqual(
    [...registry.nodes].map(({ placed }) => placed),
    [5, 5],
  );
});

test('a node is full by packets too, and one without cores always is', t => {
  const registry = new Registry();
  const busy = { ...load(1), packetsPerSecond: PACKETS_PER_SECOND_PER_CORE };
  registry.register(0, 0, registration('busy', { load: busy }));
  registry.register(0, 0, registration('no-cores', { load: load(0, 0) }));
  t.is(place(registry), undefined);
  registry.register(0, 0, registration('idle', { load: { ...load(1), packetsPerSecond: 10 } }));
  t.is(place(registry)?.node, 'idle');
  t.true(fullness(registry.node('idle') as NodeEntry) < 0.01);
});

test('a node that comes and goes is the last resort, before a refusal', t => {
  const registry = new Registry();
  const unsteady = registration('unsteady', { idc: 'north' });
  for (let i = 0; i < UNSTEADY_LEAVES; i += 1) {
    registry.register(i, 0, unsteady);
    registry.down(i, unsteady.address, 'no connection');
  }
  registry.register(10, 0, unsteady);
  registry.register(10, 0, registration('far', { idc: 'south' }));
  t.is(place(registry, 'north')?.node, 'far');
  t.is(place(registry, 'north', ['far'])?.node, 'unsteady');
  t.is(place(registry, 'north', ['far', 'unsteady']), undefined);
});
