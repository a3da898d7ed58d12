/** A node that is being drained gets nobody, and is named as a parent only where there is no other. */
import test from 'ava';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { spotOf } from '../../../actors/scheduler/path-cost.ts';
import { Registry } from '../../../actors/scheduler/registry.ts';
import { scheduler } from '../../../actors/scheduler/scheduler.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
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
    const found = findParent(registry.view('math'), 'edge');
    return found.found ? found.node : found.reason;
  };
  const first = parent();
  draining.add(first);
  const second = parent();
  t.deepEqual([first, second].sort(), ['relay-1', 'relay-2']);
  draining.add(second);
  t.is(parent(), 'push');
});

test('a gateway that is drained is told of another one, of its own site first, that clients can reach', t => {
  const self = {
    address: { node: 's', incarnation: 1, path: '/scheduler' },
    nowMs: 0,
    wallMs: 0,
    random: seededRandom(1),
  };
  let [state] = scheduler.start(null, self);
  const hear = (message: Parameters<typeof scheduler.receive>[1]) => {
    const [next, ...effects] = scheduler.receive(state, message, self);
    state = next;
    return effects;
  };
  const other = () => {
    const replyTo = { node: 'gw-1', incarnation: 1, path: '/~/1' };
    const effects = hear({
      type: 'place',
      role: 'pull',
      stream: 'math',
      gateway: 'gw-1',
      exclude: [],
      replyTo,
    });
    const answer = effects.find(one => one.effect === 'tell' && one.message.type === 'placed');
    return (answer as unknown as { message: { otherGateway?: string } }).message.otherGateway;
  };
  const gateway = (node: string, idc: string, more: object = {}) =>
    hear(registration(node, { idc, roles: ['gateway'], http: `https://${node}.example`, ...more }));
  hear(registration('edge'));
  gateway('gw-1', 'north');
  gateway('gw-2', 'south');
  t.is(other(), undefined);
  gateway('gw-1', 'north', { draining: true });
  t.is(other(), 'https://gw-2.example');
  gateway('gw-3', 'north');
  t.is(other(), 'https://gw-3.example');
  gateway('gw-3', 'north', { draining: true });
  gateway('gw-2', 'south', { draining: true });
  t.is(other(), undefined);
});
