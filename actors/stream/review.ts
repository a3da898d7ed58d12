/**
 * Whether the parent that a stream comes from is still the best: asked now and then. Another one is tried while the old one
 * delivers, and takes over without a gap, or not at all.
 */
import type { Fetch, Fetched, FetchFailed, ParentSuspected, Trial } from '../relay/messages.ts';
import { addressOf } from '../runtime/address.ts';
import type { Step } from '../runtime/behaviour.ts';
import { ask, type Effect, tell, timer } from '../runtime/effects.ts';
import type { FindParent, NoParent, Parent } from '../scheduler/messages.ts';
import { shardPath } from '../sessions/facts.ts';
import { leaveParents, linkTo, unfetchOf } from './find-parent.ts';
import type { StreamState } from './stream-state.ts';

/** Lines get worse in the time that the scheduler needs to be sure of it, about ten seconds. */
export const REVIEW_MS = 15_000;
/** After a change nothing is changed for a while: what it does to the lines has to show first. */
export const SETTLED_MS = 60_000;
/** The scheduler answers out of its memory. */
const REVIEW_TIMEOUT_MS = 1500;
/** A new link, a subscription, and until the new parent has caught up: some round trips, and the seconds between the two. */
const TRIAL_TIMEOUT_MS = 8000;

/** Keys of the questions to the scheduler. */
export const REVIEWED = 'reviewed';
export const SPARED = 'spared';
/** Begins the keys of the questions to new parents; the node's name follows. */
const TRIED = 'tried ';

/** The parent whose answer to a trial has that key; undefined for another question's. */
export function triedBy(key: string): string | undefined {
  return key.startsWith(TRIED) ? key.slice(TRIED.length) : undefined;
}

export function reviewLater(afterMs = REVIEW_MS): Effect {
  return timer('review', afterMs, { type: 'review' });
}

/** Asks the scheduler whether another parent is clearly better. */
export function review(state: StreamState): Step<StreamState> {
  const { upstream, facts, stream } = state;
  if (upstream.kind !== 'up' || facts.scheduler === undefined) return [state];
  const question: Omit<FindParent, 'replyTo'> = {
    type: 'find-parent',
    stream,
    node: facts.node,
    path: [facts.node],
    current: upstream.parent,
  };
  return [state, ask(facts.scheduler, question, REVIEWED, REVIEW_TIMEOUT_MS)];
}

/** The parent may be gone: another one is made ready, which takes over at once if it is, and not at all if it is not. */
export function suspected(state: StreamState, { parent, because }: ParentSuspected): Step<StreamState> {
  const { upstream, facts, stream, trial } = state;
  const isFromIt = upstream.kind === 'up' && upstream.parent === parent;
  if (!isFromIt || trial !== undefined || facts.scheduler === undefined) return [state];
  const question: Omit<FindParent, 'replyTo'> = {
    type: 'find-parent',
    stream,
    node: facts.node,
    path: [facts.node],
    ...(because === 'quiet' ? { quiet: parent } : { avoid: [parent] }),
  };
  return [state, ask(facts.scheduler, question, SPARED, REVIEW_TIMEOUT_MS)];
}

/** The scheduler has answered; the parent that it names is to be tried. */
export function reviewed(
  state: StreamState,
  found: Parent | NoParent,
  key: typeof REVIEWED | typeof SPARED,
): Step<StreamState> {
  const { upstream, facts, stream, own, trial } = state;
  const kind: Trial = key === SPARED ? 'spare' : 'better';
  if (upstream.kind !== 'up' || trial !== undefined) return [state];
  if (found.type !== 'parent' || found.node === upstream.parent) return [state, reviewLater()];
  const message: Omit<Fetch, 'replyTo'> = {
    type: 'fetch',
    stream,
    parent: { node: found.node, ...found.relay },
    // A spare must not get it from the one whose place it takes, either.
    path: kind === 'spare' ? [upstream.parent, facts.node] : [facts.node],
    trial: kind,
    address: own,
  };
  const relays = addressOf(facts.node, `${shardPath(facts.shard)}/relays`);
  return [{ ...state, trial: found.node }, ask(relays, message, TRIED + found.node, TRIAL_TIMEOUT_MS)];
}

/** The other parent has taken over, or cannot; if the old one was lost meanwhile, it has done so at once. */
export function tried(state: StreamState, message: Fetched | FetchFailed, node: string): Step<StreamState> {
  const { upstream, publisher, trial } = state;
  // The one that was lost was followed by this very one, which was asked once more for that.
  const isCurrent = upstream.kind === 'up' && upstream.parent === node;
  const over: StreamState = trial === node ? { ...state, trial: undefined } : state;
  if (isCurrent) return [over];
  if (message.type === 'fetch-failed') return trial === node ? [over, reviewLater()] : [state];
  const isWanted =
    trial === node && publisher === undefined && upstream.kind !== 'crossing' && upstream.kind !== 'seeking';
  if (!isWanted) return [over, tell(message.link, unfetchOf(state))];
  return [
    { ...over, upstream: { kind: 'up', link: message.link, parent: message.parent } },
    ...(isAsked(state, node) ? [] : leaveParents(over)),
    reviewLater(SETTLED_MS),
  ];
}

/** No answer came in time: the old parent stays. */
export function notTried(state: StreamState, node: string): Step<StreamState> {
  if (state.trial !== node) return [state];
  const left = isAsked(state, node) ? [] : [tell(linkTo(state, node), unfetchOf(state))];
  return [{ ...state, trial: undefined }, ...left, reviewLater()];
}

/** Whether the stream is asked of that node besides, since the one that it came from was lost. */
function isAsked({ upstream }: StreamState, node: string): boolean {
  return upstream.kind === 'asking' && upstream.parent === node;
}
