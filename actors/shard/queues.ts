/** `queues`: supervises the inbound queues of a core shard, one from each other core of the node. */
import { type CoreFault, media, type QueueNotice } from '../forwarding/commands.ts';
import type { QueueState } from '../forwarding/crossings.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { cancel, type Effect, perform, spawn, timer } from '../runtime/effects.ts';

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

interface QueueActorState extends QueueArgs {
  readonly queue: QueueState;
  /** It was said that this shard is behind, and not yet that it has caught up. */
  readonly isLate: boolean;
}

/** A batch too many is taken in the next turn; a shard that is behind for this long has more to do than it can. */
const LATE_MS = 1000;

/**
 * `queue-<from>`: owns what this shard takes from another's queue, and says so when it does not keep up. When that faults,
 * this crashes and is started again; what came meanwhile is let go, and the streams that came by it go on at their next
 * keyframe.
 */
const queue: Behaviour<QueueArgs, QueueActorState, QueueNotice | CoreFault | { readonly type: 'late' }> = {
  name: 'queue',
  restart: 'always',
  start: ({ from }) => [{ from, queue: 'in time', isLate: false }, media({ do: 'open-queue', from })],
  receive(state, message, self) {
    switch (message.type) {
      case 'queue-state':
        return changed(state, message.state, self);
      case 'late':
        return [{ ...state, isLate: true }, log(state, self, 'warn', 'core shard is behind', 'shard-late')];
      case 'core-fault':
        throw new Error(`what came from core ${state.from} threw: ${message.error}`);
      default:
        return [state];
    }
  },
};

function changed(state: QueueActorState, queue: QueueState, self: Self): Step<QueueActorState> {
  if (queue !== 'in time') {
    // From behind to dropping it is the same lateness.
    const begins = state.queue === 'in time';
    return [{ ...state, queue }, ...(begins ? [timer('late', LATE_MS, { type: 'late' })] : [])];
  }
  return [
    { ...state, queue, isLate: false },
    cancel('late'),
    ...(state.isLate ? [log(state, self, 'info', 'core shard has caught up', 'shard-in-time')] : []),
  ];
}

function log(
  { from, queue: state }: QueueActorState,
  { address }: Self,
  level: 'info' | 'warn',
  message: string,
  event: 'shard-late' | 'shard-in-time',
): Effect {
  const [, , shard] = address.path.split('/');
  return perform('log', { level, message, event, shard, from: `shard-${from}`, state });
}
