import test from 'ava';
import { drain } from '../../../actors/node/drain.ts';
import { edge } from '../../../actors/node/edge.ts';
import type { Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Self } from '../../../actors/runtime/behaviour.ts';
import type { Effect } from '../../../actors/runtime/effects.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const at = (path: string) => addressOf('edge-1', path);
const self: Self = { address: at('/drain'), nowMs: 0, wallMs: 0, random: seededRandom(1) };
const replyTo = addressOf('gateway', '/~/1');

const told = (effects: readonly Effect[]) =>
  effects.flatMap(one => (one.effect === 'tell' ? [`${one.to.path} ${one.message.type}`] : []));

test('everybody concerned hears of it, once, and again when it is taken back', t => {
  const [idle] = drain.start({ shards: 1, edges: [at('/push-edge'), at('/pull-edge')] }, self);
  const [draining, ...first] = drain.receive(idle, { type: 'drain', replyTo }, self);
  const heard = ['/membership draining', '/push-edge draining', '/pull-edge draining'];
  t.deepEqual(told(first), [
    ...heard,
    '/shards/shard-0/pushes hand-over',
    '/shards/shard-0/pulls hand-over',
    '/~/1 accepted',
  ]);
  const [still, ...second] = drain.receive(draining, { type: 'drain', replyTo }, self);
  t.deepEqual(told(second), ['/~/1 accepted']);
  const [, ...third] = drain.receive(still, { type: 'undrain', replyTo }, self);
  t.deepEqual(told(third), [
    ...heard,
    '/shards/shard-0/pushes stop-hand-over',
    '/shards/shard-0/pulls stop-hand-over',
    '/~/1 accepted',
  ]);
});

test('one of them that crashed hears of it again, as long as it lasts', t => {
  const [idle] = drain.start({ shards: 1, edges: [at('/pull-edge')] }, self);
  const [draining] = drain.receive(idle, { type: 'drain', replyTo }, self);
  const down = { type: 'down', address: at('/pull-edge'), reason: 'crashed' } as const;
  const [, ...again] = drain.receive(draining, down, self);
  t.deepEqual(told(again), ['/pull-edge draining']);
  const [over] = drain.receive(draining, { type: 'undrain', replyTo }, self);
  const [, ...nothing] = drain.receive(over, down, self);
  t.deepEqual(nothing, []);
});

test('an edge of such a node refuses, so that the gateway tries another', t => {
  const pull = edge('pull-edge');
  const [fresh] = pull.start(null, self);
  const [draining] = pull.receive(fresh, { type: 'draining', isDraining: true }, self);
  const [, answer] = pull.receive(draining, { type: 'view', stream: 'math', replyTo }, self);
  const refused = answer?.effect === 'tell' ? (answer.message as Refused) : undefined;
  t.like(refused, { status: 503, title: 'Node draining' });
});
