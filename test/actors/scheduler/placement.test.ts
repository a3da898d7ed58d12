/** Whom placement may choose at all: with the role, there, with room, not excluded; and that it finds all of those. */
import test from 'ava';
import fc from 'fast-check';
import { SESSIONS_PER_CORE } from '../../../actors/scheduler/fullness.ts';
import type { Role } from '../../../actors/scheduler/messages.ts';
import { spotOf } from '../../../actors/scheduler/path-cost.ts';
import type { EdgeRole } from '../../../actors/scheduler/placement.ts';
import { NODE_SILENCE_MS, Registry } from '../../../actors/scheduler/registry.ts';
import { UNSTEADY_LEAVES } from '../../../actors/scheduler/steadiness.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { registration } from './fixtures.ts';

const load = (viewers: number, cores = 1, measuredAtMs = 0) => ({
  publishers: 0,
  viewers,
  cores,
  measuredAtMs,
});
const random = seededRandom(8);

function place(registry: Registry, idc?: string, exclude: readonly string[] = [], role: EdgeRole = 'pull') {
  return registry.placement.place({ role, client: spotOf(idc), exclude }, random.unit);
}

/** Whoever can be chosen: each in turn, and excluded from then on. */
function allOpen(registry: Registry, role: EdgeRole, exclude: readonly string[] = []): ReadonlySet<string> {
  const found = new Set(exclude);
  for (;;) {
    const node = place(registry, 'north', [...found], role);
    if (node === undefined) break;
    if (found.has(node)) throw new Error(`${node} is excluded`);
    found.add(node);
  }
  for (const node of exclude) found.delete(node);
  return found;
}

const steps = fc.array(
  fc.record({
    name: fc.integer({ min: 0, max: 12 }),
    kind: fc.constantFrom('register', 'register', 'register', 'down', 'wait', 'place'),
    idc: fc.constantFrom('north', 'south', 'west'),
    region: fc.constantFrom(undefined, 'cn-bj', 'de'),
    roles: fc.subarray<Role>(['push', 'pull', 'relay']),
    viewers: fc.oneof(
      fc.nat({ max: 20 }),
      fc.integer({ min: SESSIONS_PER_CORE - 3, max: SESSIONS_PER_CORE + 3 }),
    ),
    cores: fc.nat({ max: 2 }),
  }),
  { maxLength: 60, size: 'max' },
);

test('whatever nodes do: all that have the role and room can be chosen, and nobody else', t => {
  fc.assert(
    fc.property(steps, fc.array(fc.nat(12), { maxLength: 5 }), (done, excluded) => {
      const registry = new Registry();
      const model = new Map<
        string,
        { roles: readonly Role[]; viewers: number; cores: number; atMs: number }
      >();
      let nowMs = 0;
      for (const { name, kind, idc, region, roles, viewers, cores } of done) {
        const node = `n${name}`;
        const location = region === undefined ? {} : { region };
        // A newer process each time, so that nothing is left of what the one before had.
        const incarnation = nowMs + 1;
        const message = registration(node, { incarnation, idc, location, roles, load: load(viewers, cores) });
        nowMs += kind === 'wait' ? NODE_SILENCE_MS / 2 : 1;
        registry.advance(nowMs);
        for (const [other, { atMs }] of model) if (nowMs - atMs >= NODE_SILENCE_MS) model.delete(other);
        if (kind === 'register') {
          registry.register(nowMs, 0, message);
          model.set(node, { roles, viewers, cores, atMs: nowMs });
        }
        if (kind === 'down') {
          registry.down(nowMs, registry.node(node)?.address ?? message.address, 'no connection');
          model.delete(node);
        }
        if (kind === 'place') {
          const chosen = model.get(place(registry, idc) ?? '');
          if (chosen !== undefined) chosen.viewers += 1;
        }
      }
      const exclude = excluded.map(name => `n${name}`);
      for (const role of ['push', 'pull'] as const) {
        const fit = [...model].filter(([node, { roles, viewers, cores }]) => {
          return roles.includes(role) && viewers < cores * SESSIONS_PER_CORE && !exclude.includes(node);
        });
        const found = allOpen(registry, role, exclude);
        // Each that is found counts as placed, also for the other role.
        for (const [node, edge] of fit) if (found.has(node)) edge.viewers += 1;
        t.deepEqual([...found].sort(), fit.map(([node]) => node).sort());
        t.is(
          registry.placement.has(role),
          [...model.values()].some(({ roles }) => roles.includes(role)),
        );
      }
    }),
    { seed: 31, numRuns: 500 },
  );
});

test('nodes fill up to their limit and no further', t => {
  const registry = new Registry();
  for (const node of ['a', 'b'])
    registry.register(0, 0, registration(node, { load: load(SESSIONS_PER_CORE - 5) }));
  for (let i = 0; i < 10; i += 1) t.not(place(registry), undefined);
  t.is(place(registry), undefined);
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
  t.is(place(registry, 'north'), 'far');
  t.is(place(registry, 'north', ['far']), 'unsteady');
  t.is(place(registry, 'north', ['far', 'unsteady']), undefined);
});
