/**
 * `/drain`, on every node of a cluster: empties the node, for an upgrade or for good, and takes that back. Its scheduler
 * sends nobody any more and names it as a parent only where there is no other; its edges refuse; its clients are told to
 * come again, and are sent to other nodes then.
 */
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { type Effect, perform, tell, unwatch, watch } from '../runtime/effects.ts';
import { accepted } from '../sessions/connection.ts';
import { membershipAddress, shardPath } from '../sessions/facts.ts';
import type { Draining, DrainNode, HandOver, StopHandOver, UndrainNode } from './drain-messages.ts';

/** A thousand clients that are told evenly over this time come to the other edges as 200 a second. */
export const HAND_OVER_MS = 5000;
/** A page that was told is elsewhere within two seconds; who has not heard is a client without events, such as OBS. */
export const DRAIN_LIMIT_MS = 10_000;

export interface DrainArgs {
  readonly shards: number;
  readonly edges: readonly Address[];
}

interface DrainState extends DrainArgs {
  readonly isDraining: boolean;
}

export const drain: Behaviour<DrainArgs, DrainState, DrainNode | UndrainNode> = {
  name: 'drain',
  restart: 'always',
  start: args => [{ ...args, isDraining: false }],
  receive(state, message, self) {
    switch (message.type) {
      case 'drain':
      case 'undrain':
        return turn(state, message.type === 'drain', message.replyTo, self);
      case 'down':
        return message.reason === 'crashed' ? [state, ...tellAgain(state, message.address)] : [state];
      default:
        return [state];
    }
  },
};

function turn(state: DrainState, isDraining: boolean, replyTo: Address, self: Self): Step<DrainState> {
  if (isDraining === state.isDraining) return [state, tell(replyTo, accepted)];
  const { node } = self.address;
  const word: Draining = { type: 'draining', isDraining };
  const hand: HandOver | StopHandOver = isDraining
    ? { type: 'hand-over', overMs: HAND_OVER_MS, endAfterMs: DRAIN_LIMIT_MS }
    : { type: 'stop-hand-over' };
  return [
    { ...state, isDraining },
    ...concerned(state, node).flatMap(one => [tell(one, word), isDraining ? watch(one) : unwatch(one)]),
    ...supervisors(state, node).map(supervisor => tell(supervisor, hand)),
    log(isDraining),
    tell(replyTo, accepted),
  ];
}

/** Those who keep newcomers away. */
function concerned({ edges }: DrainArgs, node: string): readonly Address[] {
  return [membershipAddress(node), ...edges];
}

/** One that crashed is there again under the same name, and knows nothing of it. */
function tellAgain({ isDraining }: DrainState, { node, path }: Address): readonly Effect[] {
  if (!isDraining) return [];
  const word: Draining = { type: 'draining', isDraining };
  const again = addressOf(node, path);
  return [tell(again, word), watch(again)];
}

function supervisors({ shards }: DrainArgs, node: string): readonly Address[] {
  return Array.from({ length: shards }, (_, shard) => shard).flatMap(shard =>
    ['pushes', 'pulls'].map(name => addressOf(node, `${shardPath(shard)}/${name}`)),
  );
}

function log(isDraining: boolean): Effect {
  const message = isDraining
    ? 'node is being drained: its clients are sent to others'
    : 'node takes clients again';
  return perform('log', { level: 'info', message, event: isDraining ? 'node-draining' : 'node-undrained' });
}
