import test from 'ava';
import type { Fetch } from '../../../actors/relay/messages.ts';
import { relayLink } from '../../../actors/relay/relay-link.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Self } from '../../../actors/runtime/behaviour.ts';
import type { Effect } from '../../../actors/runtime/effects.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const parent = { node: 'c', address: '10.0.0.3', port: 7100 };
const self: Self = {
  address: addressOf('b', '/shards/shard-0/relays/relay-link-c'),
  nowMs: 0,
  wallMs: 0,
  random: seededRandom(1),
};
const stream = addressOf('b', '/shards/shard-0/streams/stream-math-101');

const fetch = (reply: string): Fetch => ({
  type: 'fetch',
  stream: 'math-101',
  parent,
  path: ['b'],
  address: stream,
  replyTo: addressOf('b', `/~/${reply}`),
});
const subscriptions = (effects: readonly Effect[]) =>
  effects.filter(one => one.effect === 'do' && (one.command as { do: string }).do === 'fetch').length;
const answered = (effects: readonly Effect[]) =>
  effects.flatMap(one => (one.effect === 'tell' && one.message.type === 'fetched' ? [one.to.path] : []));

test('a stream that is asked for again crosses once, and whoever asked last is answered', t => {
  const [start] = relayLink.start({ node: 'b', shard: 0, link: { open: parent } }, self);
  const [first, ...firstEffects] = relayLink.receive(start, fetch('first'), self);
  const [second, ...secondEffects] = relayLink.receive(first, fetch('second'), self);
  t.is(subscriptions(firstEffects) + subscriptions(secondEffects), 1);
  const [begun, ...begunEffects] = relayLink.receive(
    second,
    { type: 'fetch-begun', stream: 'math-101' },
    self,
  );
  t.deepEqual(answered(begunEffects), ['/~/second']);
  const [, ...thirdEffects] = relayLink.receive(begun, fetch('third'), self);
  t.is(subscriptions(thirdEffects), 0);
  t.deepEqual(answered(thirdEffects), ['/~/third']);
});
