/** Asks the scheduler from whom this node shall fetch a stream, and again while that cannot be found out. */
import type { Step } from '../runtime/behaviour.ts';
import { ask, timer } from '../runtime/effects.ts';
import type { FindParent } from '../scheduler/messages.ts';
import type { StreamState } from './stream-state.ts';
import { announce } from './telling.ts';

/** The scheduler answers out of its memory; after this long it is away. */
const FIND_TIMEOUT_MS = 1500;
/** Until it is asked for again, where somebody watches or waits: some round trips between sites. */
export const REFETCH_DELAY_MS = 500;

/** To oneself: somebody watches, or waits, and it comes from nowhere. */
export interface Refetch {
  readonly type: 'refetch';
  /** The nodes that want it through this one, where they wait. */
  readonly path?: readonly string[];
}

/** Asks the scheduler for a parent; `path` are the nodes that want the stream through this one. */
export function fetchFrom(state: StreamState, path: readonly string[]): Step<StreamState> {
  const { scheduler, node } = state.facts;
  if (scheduler === undefined) return [state];
  const travelled = [...path, node];
  const question: Omit<FindParent, 'replyTo'> = {
    type: 'find-parent',
    stream: state.stream,
    node,
    path: travelled,
    avoid: state.lost === undefined ? [] : [state.lost],
  };
  return [
    { ...state, upstream: { kind: 'asking', path: travelled } },
    ask(scheduler, question, 'parent', FIND_TIMEOUT_MS),
  ];
}

/** Whether anybody has it could not be found out: those who wait go on waiting, for as long as they care to. */
export function askAgain(state: StreamState): Step<StreamState> {
  const { upstream, isSeekingParent } = state;
  if (upstream.kind !== 'asking') return [state];
  // Also the parent that was lost may have it next time, and has as long for that as any other.
  const next: StreamState = { ...state, upstream: { kind: 'none' }, isSeekingParent: false, lost: undefined };
  // The last of the path is this node.
  const again: Refetch = { type: 'refetch', path: upstream.path.slice(0, -1) };
  return [next, ...(isSeekingParent ? announce(next, false) : []), timer('refetch', REFETCH_DELAY_MS, again)];
}
