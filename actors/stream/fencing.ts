/**
 * Of several publications of a stream the latest is the stream, by their epochs: who published it before, on this shard, is
 * told, and the scheduler hears what is published here.
 */
import { media } from '../forwarding/commands.ts';
import type { Address } from '../runtime/address.ts';
import type { Step } from '../runtime/behaviour.ts';
import { type Effect, perform, tell, unwatch } from '../runtime/effects.ts';
import type { LocalStream, StreamSuperseded } from '../scheduler/messages.ts';
import { membershipAddress } from '../sessions/facts.ts';
import { vacatePlace } from './cores.ts';
import type { Replaced } from './messages.ts';
import type { StreamState } from './stream-state.ts';

/** Of two that have begun in the same millisecond it is the one that the scheduler takes for the stream, by its node's name. */
export function isFencedOff(
  { publisher, epoch, facts }: StreamState,
  newer: Pick<StreamSuperseded, 'node' | 'epoch'>,
): boolean {
  if (publisher === undefined) return false;
  return newer.epoch === epoch ? newer.node < facts.node : newer.epoch > epoch;
}

/** A later publication has begun on another node. */
export function fencedOff(
  state: StreamState,
  { node, epoch }: Pick<StreamSuperseded, 'node' | 'epoch'>,
): Step<StreamState> {
  const { stream, publisher } = state;
  if (publisher === undefined) return [state];
  const [yielding, ...told] = yielded(state, publisher);
  return [
    { ...yielding, epoch, place: undefined, isSeekingParent: true },
    ...told,
    ...vacatePlace(state),
    ...tellScheduler(state, false),
    perform('log', {
      level: 'info',
      message: `stream ${stream} is published on ${node} now, and here no longer`,
      event: 'stream-superseded',
      stream,
      node,
      epoch: String(epoch),
    }),
  ];
}

/** The stream is published elsewhere now: who published it here is told. */
export function yielded(state: StreamState, publisher: Address): Step<StreamState> {
  const replaced: Replaced = { type: 'replaced' };
  return [
    { ...state, publisher: undefined },
    unwatch(publisher),
    tell(publisher, replaced),
    media({ do: 'unpublish', stream: state.stream }),
  ];
}

/** So that a new stream is found before the node's next report. */
export function tellScheduler({ facts, stream, epoch }: StreamState, live: boolean): readonly Effect[] {
  if (facts.scheduler === undefined) return [];
  const message: LocalStream = { type: 'local-stream', stream, epoch, live };
  return [tell(membershipAddress(facts.node), message)];
}
