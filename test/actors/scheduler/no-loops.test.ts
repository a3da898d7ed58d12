/** Whatever nodes do, in whatever order they ask and announce: no tree that they build by what they are told has a loop. */
import test from 'ava';
import fc from 'fast-check';
import type { Role } from '../../../actors/scheduler/messages.ts';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { NODE_SILENCE_MS, Registry } from '../../../actors/scheduler/registry.ts';
import { NAMED_PARENT_MS } from '../../../actors/scheduler/stream-directory.ts';
import { carried, origin, registration } from './fixtures.ts';

const sites = ['north', 'south', 'west'];
const roleSets: readonly (readonly Role[])[] = [
  ['push', 'pull'],
  ['relay'],
  ['push', 'pull', 'relay'],
  ['pull', 'relay'],
];

interface Node {
  readonly name: string;
  readonly idc: string;
  readonly roles: readonly Role[];
  /** What it really does, whatever the scheduler knows. */
  parent: string | undefined;
  /** What it was told and has not acted upon. */
  told: { readonly parent: string; readonly untilMs: number } | undefined;
  isDead: boolean;
  /** It lives, and the scheduler does not hear it. */
  isCutOff: boolean;
}

const kinds = [
  ...['ask', 'ask', 'ask', 'ask', 'adopt', 'adopt', 'adopt', 'register', 'register'],
  ...['move', 'die', 'revive', 'revive', 'cut', 'heal', 'heal', 'wait'],
] as const;

const world = fc.record({
  nodes: fc.array(
    fc.record({ site: fc.nat(2), roles: fc.nat(3), isReachable: fc.integer({ min: 0, max: 9 }) }),
    {
      size: 'max',
      minLength: 3,
      maxLength: 12,
    },
  ),
  steps: fc.array(
    fc.record({ kind: fc.constantFrom(...kinds), who: fc.nat({ max: 99 }), path: fc.nat({ max: 99 }) }),
    {
      minLength: 20,
      maxLength: 120,
      size: 'max',
    },
  ),
});

test('no loop, ever', t => {
  let edges = 0;
  let deepest = 0;
  fc.assert(
    fc.property(world, ({ nodes: facts, steps }) => {
      const registry = new Registry();
      const nodes = facts.map(
        ({ site, roles }, i): Node => ({
          name: `n${i}`,
          idc: sites[site]!,
          roles: roleSets[roles]!,
          parent: undefined,
          told: undefined,
          isDead: false,
          isCutOff: false,
        }),
      );
      const byName = new Map(nodes.map(node => [node.name, node]));
      let nowMs = 0;
      let epoch = 1;
      let publisher = nodes[0]!;
      const register = (node: Node) => {
        if (node.isDead || node.isCutOff) return;
        const streams =
          node === publisher
            ? [origin('math', epoch)]
            : node.parent === undefined
              ? []
              : [carried('math', node.parent, epoch)];
        const unreachable =
          facts[nodes.indexOf(node)]!.isReachable === 0 ? { relay: undefined as never } : {};
        const { idc, roles } = node;
        registry.register(nowMs, nowMs, registration(node.name, { idc, roles, streams, ...unreachable }));
      };
      const act = (node: Node, kind: (typeof kinds)[number], other: Node) => {
        switch (kind) {
          case 'ask': {
            if (node === publisher || node.isDead || node.isCutOff) return;
            const path = other === node ? [] : [other.name];
            const found = findParent(registry.view('math'), node.name, { path });
            if (!found.found) return;
            if (found.node === node.name || path.includes(found.node))
              throw new Error('named itself, or the path');
            if (registry.node(found.node) === undefined) throw new Error('named a node that is not there');
            if (new Set(found.route).size !== found.route.length)
              throw new Error('a route that meets itself');
            registry.noteParent(nowMs, 'math', node.name, found.node);
            // A node acts on an answer within two seconds, or not at all.
            node.told = { parent: found.node, untilMs: nowMs + NAMED_PARENT_MS - NODE_SILENCE_MS };
            return;
          }
          case 'adopt':
            if (node.told === undefined || node.isDead || node === publisher) return;
            if (nowMs < node.told.untilMs) node.parent = node.told.parent;
            node.told = undefined;
            return;
          case 'register':
            return register(node);
          case 'move':
            if (node.isDead || node.isCutOff) return;
            epoch += 1;
            publisher = node;
            node.parent = undefined;
            node.told = undefined;
            return register(node);
          case 'die':
            node.isDead = true;
            node.parent = undefined;
            node.told = undefined;
            // Its link breaks, and so do those of its children, each by itself.
            registry.down(nowMs, registration(node.name).address, 'no connection');
            for (const child of nodes) if (child.parent === node.name) child.parent = undefined;
            return;
          case 'revive':
            node.isDead = false;
            return register(node);
          case 'cut':
            if (!node.isCutOff) registry.down(nowMs, registration(node.name).address, 'no connection');
            node.isCutOff = true;
            return;
          case 'heal':
            node.isCutOff = false;
            return register(node);
          case 'wait':
            nowMs += 1000;
            for (const one of nodes) register(one);
            registry.advance(nowMs);
            return;
          default:
            kind satisfies never;
        }
      };
      for (const node of nodes) register(node);
      for (const { kind, who, path } of steps) {
        const pending = kind === 'adopt' ? nodes.filter(({ told }) => told !== undefined) : nodes;
        const chosen = pending.length > 0 ? pending : nodes;
        act(chosen[who % chosen.length]!, kind, nodes[path % nodes.length]!);
        for (const node of nodes) {
          const seen = new Set<string>();
          for (let up: Node | undefined = node; up !== undefined; up = byName.get(up.parent ?? '')) {
            if (seen.has(up.name)) throw new Error(`a loop: ${[...seen].join(' from ')} from ${up.name}`);
            seen.add(up.name);
          }
          deepest = Math.max(deepest, seen.size);
        }
      }
      edges += nodes.filter(({ parent }) => parent !== undefined).length;
    }),
    { seed: 21, numRuns: 3000 },
  );
  t.true(edges > 1500, `at the end of all runs ${edges} streams were fetched`);
  t.true(deepest >= 4, `the deepest way had ${deepest} nodes`);
});
