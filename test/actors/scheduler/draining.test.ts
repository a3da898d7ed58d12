/** A node that is being drained gets nobody, and is named as a parent only where there is no other. */
import test from 'ava';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { spotOf } from '../../../actors/scheduler/path-cost.ts';
import { Registry } from '../../../actors/scheduler/registry.ts';
import { origin, registration } from './fixtures.ts';

const place = (registry: Registry) =>
  registry.placement.place({ role: 'pull', client: spotOf('north'), exclude: [] }, () => 0);

test('no sessions while it is drained, and again afterwards', t => {
  const registry = new Registry();
  registry.register(0, 0, registration('a'));
  t.is(place(registry), 'a');
  registry.register(1, 0, registration('a', { draining: true }));
  t.is(place(registry), undefined);
  t.not(registry.node('a'), undefined);
  registry.register(2, 0, registration('a'));
  t.is(place(registry), 'a');
});

test('another relay is preferred, if there is one', t => {
  const registry = new Registry();
  const draining = new Set<string>();
  const parent = () => {
    registry.register(0, 0, registration('push', { roles: ['push'], streams: [origin('math')] }));
    for (const node of ['relay-1', 'relay-2'])
      registry.register(
        0,
        0,
        registration(node, { roles: ['relay'], ...(draining.has(node) && { draining: true }) }),
      );
    registry.register(0, 0, registration('edge', { roles: ['pull'] }));
    const found = findParent(registry.view('math'), 'edge', []);
    return found.found ? found.node : found.reason;
  };
  const first = parent();
  draining.add(first);
  const second = parent();
  t.deepEqual([first, second].sort(), ['relay-1', 'relay-2']);
  draining.add(second);
  t.is(parent(), 'push');
});
