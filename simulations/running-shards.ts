/** `/shards` of a simulated node, whose one core shard runs in the same thread: it tells who asks that this is ready. */
import type { ShardsReady, WhoIsReady } from '../actors/node/messages.ts';
import type { Behaviour } from '../actors/runtime/behaviour.ts';
import { tell } from '../actors/runtime/effects.ts';
import type { ShardFacts } from '../actors/sessions/facts.ts';

export const runningShards: Behaviour<ShardFacts, ShardFacts, WhoIsReady> = {
  name: 'running-shards',
  restart: 'always',
  start: facts => [facts],
  receive(facts, message) {
    if (message.type !== 'who-is-ready') return [facts];
    const ready: ShardsReady = { type: 'shards-ready', count: 1, shards: [facts] };
    return [facts, tell(message.replyTo, ready)];
  },
};
