/** `queues`: supervises the inbound queues of a core shard, one from each other core of the node. */
import { type CoreFault, media } from '../forwarding/commands.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { spawn } from '../runtime/effects.ts';

export interface QueuesArgs {
  /** The shards that send to this one. */
  readonly others: readonly number[];
}

export const queues: Behaviour<QueuesArgs, QueuesArgs, never> = {
  name: 'queues',
  restart: 'always',
  start: args => [args, ...args.others.map(from => spawn(`queue-${from}`, queue, { from }))],
  receive: state => [state],
};

interface QueueArgs {
  readonly from: number;
}

/**
 * `queue-<from>`: owns what this shard takes from another's queue. When that faults, this crashes and is started again; what
 * came meanwhile is let go, and the streams that came by it go on at their next keyframe.
 */
const queue: Behaviour<QueueArgs, QueueArgs, CoreFault> = {
  name: 'queue',
  restart: 'always',
  start: ({ from }) => [{ from }, media({ do: 'open-queue', from })],
  receive(state, message) {
    if (message.type === 'core-fault')
      throw new Error(`what came from core ${state.from} threw: ${message.error}`);
    return [state];
  },
};
