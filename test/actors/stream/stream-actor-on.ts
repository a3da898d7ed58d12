/** What the actor of the stream `math` is begun with on a node of one shard, in a cluster with a scheduler. */
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Self } from '../../../actors/runtime/behaviour.ts';
import type { StreamArgs } from '../../../actors/stream/stream-state.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

export function streamActorOn(node: string): { readonly args: StreamArgs; readonly self: Self } {
  const facts = { node, idc: 'here', shard: 0, shards: 1, scheduler: addressOf(node, '/scheduling') };
  return {
    args: { stream: 'math', number: 1, facts } as unknown as StreamArgs,
    self: {
      address: addressOf(node, '/shards/shard-0/streams/stream-math'),
      nowMs: 0,
      wallMs: 0,
      random: seededRandom(1),
    },
  };
}
