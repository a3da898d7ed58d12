/** Asks the scheduler from whom this node shall fetch a stream, and again while that cannot be found out. */
import type { Unfetch } from '../relay/messages.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Step } from '../runtime/behaviour.ts';
import { ask, type Effect, tell, timer } from '../runtime/effects.ts';
import type { FindParent } from '../scheduler/messages.ts';
import { shardPath } from '../sessions/facts.ts';
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

/**
 * Whether anybody has it could not be found out: those who wait go on waiting, for as long as they care to. A parent that did
 * not answer counts as lost: it is asked no more, another one is preferred, and if it is named again it is soon given up.
 */
export function askAgain(state: StreamState): Step<StreamState> {
  const { upstream, isSeekingParent, trial } = state;
  if (upstream.kind !== 'asking') return [state];
  const { parent } = upstream;
  const next: StreamState = {
    ...state,
    upstream: { kind: 'none' },
    isSeekingParent: false,
    lost: parent ?? state.lost,
    trial: trial === parent ? undefined : trial,
  };
  // The last of the path is this node.
  const again: Refetch = { type: 'refetch', path: upstream.path.slice(0, -1) };
  return [
    next,
    ...leaveParents({ ...state, trial: undefined }),
    ...(isSeekingParent ? announce(next, false) : []),
    timer('refetch', REFETCH_DELAY_MS, again),
  ];
}

/** Ends what other nodes give, or have been asked for: one that answers later than that must not be listened to. */
export function leaveParents(state: StreamState): readonly Effect[] {
  const { upstream, trial } = state;
  const links: Address[] = [];
  if (upstream.kind === 'up') links.push(upstream.link);
  if (upstream.kind === 'asking' && upstream.parent !== undefined) links.push(linkTo(state, upstream.parent));
  if (trial !== undefined) links.push(linkTo(state, trial));
  return links.map(link => tell(link, unfetchOf(state)));
}

/** The link by which a stream is asked of that node. */
export function linkTo({ facts }: StreamState, node: string): Address {
  return addressOf(facts.node, `${shardPath(facts.shard)}/relays/relay-link-${node}`);
}

export function unfetchOf({ stream }: StreamState): Unfetch {
  return { type: 'unfetch', stream };
}
