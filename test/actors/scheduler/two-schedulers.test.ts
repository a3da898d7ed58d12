/** Two schedulers that know different things: whatever mixture of their answers nodes act upon, no tree has a loop. */
import test from 'ava';
import fc from 'fast-check';
import type { Role } from '../../../actors/scheduler/messages.ts';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { Registry } from '../../../actors/scheduler/registry.ts';
import { carried, origin, registration } from './fixtures.ts';

const roleSets: readonly (readonly Role[])[] = [['relay'], ['relay'], ['pull', 'relay'], ['pull']];

const world = fc.record({
  nodes: fc.array(
    fc.record({
      site: fc.nat(4),
      roles: fc.nat(3),
      /** Along the equator; some are not told. Nodes of one site may say different things. */
      east: fc.option(fc.nat(60), { freq: 8 }),
    }),
    { minLength: 4, maxLength: 14, size: 'max' },
  ),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom('ask', 'ask', 'ask', 'register', 'register', 'forget'),
      who: fc.nat(99),
      /** Which scheduler. */
      of: fc.nat(1),
      /** Whose line it has measured, and how long that is. */
      peer: fc.nat(99),
      rttMs: fc.nat(400),
    }),
    { minLength: 30, maxLength: 150, size: 'max' },
  ),
});

test('no loop, ever', t => {
  let detours = 0;
  fc.assert(
    fc.property(world, ({ nodes: facts, steps }) => {
      const registries = [new Registry(), new Registry()];
      const nodes = facts.map(({ site, roles, east }, i) => ({
        name: `n${i}`,
        idc: i === 0 ? 'home' : `site-${site}`,
        roles: i === 0 ? (['push'] as const) : roleSets[roles]!,
        location: east === null ? {} : { at: { latitude: 0, longitude: i === 0 ? 0 : east } },
        parent: undefined as string | undefined,
      }));
      const byName = new Map(nodes.map(node => [node.name, node]));
      let nowMs = 0;
      for (const { kind, who, of, peer, rttMs } of steps) {
        nowMs += 1;
        const node = nodes[who % nodes.length]!;
        const registry = registries[of]!;
        const { name, idc, roles, location, parent } = node;
        // Everybody is heard of by the scheduler that it asks; by the other, now and then.
        if (kind === 'register' || kind === 'ask') {
          const streams =
            who % nodes.length === 0
              ? [origin('math')]
              : parent === undefined
                ? []
                : [carried('math', parent)];
          const measured = [{ node: nodes[peer % nodes.length]!.name, rttMs, loss: 0 }];
          registry.register(nowMs, 0, registration(name, { idc, roles, location, streams, measured }));
        }
        if (kind === 'forget')
          registry.down(nowMs, { node: name, incarnation: 1, path: '/membership' }, 'silent');
        if (kind !== 'ask' || node === nodes[0]) continue;
        const found = findParent(registry.view('math'), name);
        if (!found.found) continue;
        registry.noteParent(nowMs, 'math', name, found.node);
        node.parent = found.node;
        const above = byName.get(found.node)!;
        if (above.idc !== idc && above.idc !== 'home') detours += 1;
        const seen = new Set([name]);
        for (let at = node.parent; at !== undefined; at = byName.get(at)!.parent!) {
          if (seen.has(at)) throw new Error(`a loop: ${[...seen, at].join(' ← ')}`);
          seen.add(at);
        }
      }
    }),
    { seed: 8, numRuns: 1500 },
  );
  t.log(`${detours} times by way of another site`);
  t.true(detours > 500);
});
