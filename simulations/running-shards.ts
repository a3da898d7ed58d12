/** `/shards` of a simulated node, whose core shards run in the same thread: it tells who asks that these are ready. */
import type { ShardsReady, WhoIsReady } from '../actors/node/messages.ts';
import type { Behaviour } from '../actors/runtime/behaviour.ts';
import { tell } from '../actors/runtime/effects.ts';
import type { ShardFacts } from '../actors/sessions/facts.ts';

export const runningShards: Behaviour<readonly ShardFacts[], readonly ShardFacts[], WhoIsReady> = {
  name: 'running-shards',
  restart: 'always',
  start: shards => [shards],
  receive(shards, message) {
    if (message.type !== 'who-is-ready') return [shards];
    const ready: ShardsReady = { type: 'shards-ready', count: shards.length, shards };
    return [shards, tell(message.replyTo, ready)];
  },
};
