/**
 * `stream-<id>`: who publishes the stream here, from where it is fetched if nobody does, and who watches it. There while
 * anybody has to do with it; the newest publisher wins, and one here is preferred to any that is elsewhere.
 */
import { type CrossingNotice, media } from '../forwarding/commands.ts';
import type { Fetch, FetchEnded, Fetched, FetchFailed, ParentSuspected } from '../relay/messages.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Down, Message, Self, Step } from '../runtime/behaviour.ts';
import {
  ask,
  cancel,
  type Effect,
  perform,
  spawn,
  stop,
  tell,
  timer,
  unwatch,
  watch,
} from '../runtime/effects.ts';
import type { NoParent, NoScheduler, Parent, StreamSuperseded } from '../scheduler/messages.ts';
import { shardPath } from '../sessions/facts.ts';
import {
  CROSSED,
  cross,
  crossTo,
  homeShard,
  isFromOtherThanHome,
  leaveShard,
  replicate,
  seekAgain,
  seekPlace,
  takePlace,
  uncross,
  vacatePlace,
} from './cores.ts';
import { fencedOff, isFencedOff, tellScheduler, yielded } from './fencing.ts';
import {
  askAgain,
  fetchFrom,
  leaveParents,
  REFETCH_DELAY_MS,
  type Refetch,
  unfetchOf,
} from './find-parent.ts';
import type {
  BufferTarget,
  Published,
  PublishStream,
  Replaced,
  StreamActivity,
  StreamPlace,
  Subscribe,
  Subscribed,
  Unsubscribe,
} from './messages.ts';
import {
  notTried,
  REVIEWED,
  review,
  reviewed,
  reviewLater,
  SPARED,
  suspected,
  tried,
  triedBy,
} from './review.ts';
import { actorOf, isLive, type StreamArgs, type StreamState } from './stream-state.ts';
import { announce, answer, tellViewers } from './telling.ts';
import { track } from './track.ts';

/**
 * A parent that has to fetch the stream itself needs some round trips between sites. One that takes longer is asked again, and
 * has it by then; one that is silent must not be waited for much longer than the scheduler takes to know that.
 */
const FETCH_TIMEOUT_MS = 2500;
/** One that has been lost just now, and is named for want of another, is there at once or is silent still. */
const FETCH_AGAIN_TIMEOUT_MS = 1000;
/** At once, but for what of the same parent has been lost with it. */
const FAILOVER_DELAY_MS = 20;
/** Between the last viewer and the end of the fetching: a page that reloads finds the stream still here. */
const LINGER_MS = 2000;
/** Of those who wait for the stream to come; each is a session or a link, and they have limits of their own. */
const MAX_WAITING = 10_000;

type StreamMessage =
  | PublishStream
  | Subscribe
  | Unsubscribe
  | FetchEnded
  | ParentSuspected
  | BufferTarget
  | StreamActivity
  | StreamPlace
  | StreamSuperseded
  | CrossingNotice
  | Refetch
  | { readonly type: 'review' }
  | { readonly type: 'linger-over' };

export const streamActor: Behaviour<StreamArgs, StreamState, StreamMessage> = {
  name: 'stream',
  restart: 'always',
  start: (args, self) => [
    {
      ...args,
      own: self.address,
      epoch: 0,
      publisher: undefined,
      upstream: { kind: 'none' },
      place: args.facts.shards === 1 ? undefined : 'unknown',
      viewers: new Map(),
      cores: new Map(),
      waiting: [],
      trial: undefined,
      lost: undefined,
      isSeekingParent: false,
      bufferTarget: undefined,
    },
    // What the actor before this one had to do with other cores is over.
    media({ do: 'unreplicate', stream: args.stream }),
    media({ do: 'uncross', stream: args.stream }),
    spawn('track-audio', track, { stream: args.stream, kind: 'audio' }),
    spawn('track-video', track, { stream: args.stream, kind: 'video' }),
  ],
  receive(state, message, self) {
    switch (message.type) {
      case 'publish':
        return publish(state, message, self);
      case 'subscribe':
        return subscribe(state, message, self);
      case 'unsubscribe':
        return leave(state, message.address);
      case 'down':
        return down(state, message);
      case 'answer':
        if (message.key === CROSSED) return crossed(state, message.message as Message & Subscribed);
        if (message.key === REVIEWED || message.key === SPARED)
          return reviewed(state, message.message as Message & (Parent | NoParent), message.key);
        if (message.key === 'parent')
          return foundParent(state, message.message as Message & (Parent | NoParent | NoScheduler), self);
        return fetchAnswered(
          state,
          message.message as Message & (Fetched | FetchFailed),
          triedBy(message.key),
        );
      case 'no-answer':
        return unanswered(state, message.key);
      case 'stream-place':
        return placed(state, message);
      case 'superseded':
        return superseded(state, message);
      case 'stream-activity':
        return sourceActivity(state, message.active);
      case 'keyframe-wanted':
        return [state, media({ do: 'want-keyframe', stream: state.stream })];
      case 'path-told':
        return [state, media({ do: 'take-path', stream: state.stream, path: message.path })];
      case 'clock-told':
        return [state, takeClock(state, message)];
      case 'buffer-target':
        return [{ ...state, bufferTarget: message }, ...tellViewers(state, message)];
      case 'fetch-ended':
        return upstreamLost(state, message);
      case 'parent-suspected':
        return suspected(state, message);
      case 'refetch':
        return refetch(state, message.path ?? []);
      case 'review':
        return review(state);
      case 'linger-over':
        return state.viewers.size === 0 ? release(state) : [state];
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: state => [
    ...(state.publisher === undefined ? [] : [media({ do: 'unpublish', stream: state.stream })]),
    media({ do: 'uncross', stream: state.stream }),
    ...leaveParents(state),
    ...(state.upstream.kind === 'up' ? [] : leaveShard(state)),
    ...answer(state, false),
  ],
};

function publish(state: StreamState, message: PublishStream, self: Self): Step<StreamState> {
  // An epoch only grows, also when the stream's actor is a new one: hence the wall clock. That of another node, where the
  // stream was published before, may have been ahead.
  const after = Math.max(state.epoch, message.afterEpoch ?? 0);
  const epoch = Math.max(after + 1, Math.floor(self.wallMs));
  const published: Published = { type: 'published', stream: self.address, epoch };
  const replaced: Replaced = { type: 'replaced' };
  const before = state.publisher;
  const takeOver: Effect[] =
    before === undefined || before.path === message.address.path
      ? []
      : [unwatch(before), tell(before, replaced)];
  const next: StreamState = {
    ...state,
    epoch,
    publisher: message.address,
    upstream: { kind: 'none' },
    trial: undefined,
    isSeekingParent: false,
    place: state.facts.shard,
    waiting: [],
  };
  return [
    next,
    ...takeOver,
    ...unfetch(state),
    watch(message.address),
    media({
      do: 'publish',
      session: message.session,
      stream: state.stream,
      epoch,
      publishedAt: new Date(self.wallMs).toISOString(),
    }),
    tell(message.replyTo, published),
    ...takePlace(next),
    ...tellScheduler(next, true),
    ...answer(state, true, self.address),
    ...announce(next, true),
  ];
}

function subscribe(state: StreamState, message: Subscribe, self: Self): Step<StreamState> {
  const { core, address } = message;
  state.viewers.set(address.path, address);
  const cores = core === undefined ? state.cores : new Map(state.cores).set(address.path, core.shard);
  const next = { ...state, cores };
  const joined: Effect[] = [
    ...crossTo(state, message),
    watch(message.address),
    cancel('linger'),
    ...(state.bufferTarget === undefined ? [] : [tell(message.address, state.bufferTarget)]),
  ];
  const subscribed = (live: boolean): Subscribed => ({ type: 'subscribed', stream: self.address, live });
  if (isLive(state)) return [next, ...joined, tell(message.replyTo, subscribed(true))];
  // Nobody publishes it on this node, and there are no others: who waits is told when that changes.
  const isAlone = state.facts.scheduler === undefined && state.place === undefined;
  const isElsewhere = state.upstream.kind === 'crossing' && state.upstream.state === 'waiting';
  if (isAlone || isElsewhere || state.waiting.length >= MAX_WAITING)
    return [next, ...joined, tell(message.replyTo, subscribed(false))];
  const waits = { ...next, waiting: [...state.waiting, message.replyTo] };
  if (state.upstream.kind !== 'none') return [waits, ...joined];
  const [asking, ...effects] = findSource(waits, message.path ?? []);
  return [asking, ...joined, ...effects];
}

/** The shard that has the stream, or fetches it for this node; `path` are the nodes that want it through this one. */
function findSource(state: StreamState, path: readonly string[]): Step<StreamState> {
  const { place, facts, stream } = state;
  if (place === 'unknown') return seekPlace(state, path);
  if (place !== undefined && place !== facts.shard) return cross(state, place, path);
  const home = homeShard(stream, facts.shards);
  if (facts.scheduler !== undefined && home !== facts.shard) return cross(state, home, path);
  return facts.scheduler === undefined
    ? settle({ ...state, upstream: { kind: 'none' } }, false)
    : fetchFrom(state, path);
}

/** Where the stream is published on this node has become known, or has changed. */
function placed(state: StreamState, { shard, epoch = 0 }: StreamPlace): Step<StreamState> {
  const { facts, upstream, publisher } = state;
  const next: StreamState = { ...state, place: shard };
  if (shard === facts.shard) return [next];
  if (upstream.kind === 'seeking') return findSource({ ...next, upstream: { kind: 'none' } }, upstream.path);
  if (shard === undefined) return placeVacated(next);
  if (upstream.kind === 'crossing' && upstream.shard === shard) return [next];
  if (publisher !== undefined && epoch < state.epoch) return [next];
  const [away, ...effects] = publisher === undefined ? [next] : yielded(next, publisher);
  if (away.viewers.size === 0) return leaveSource(away, ...effects);
  const [moved, ...more] = cross({ ...away, upstream: { kind: 'none' }, trial: undefined }, shard, []);
  return [moved, ...effects, ...unfetch(away), ...more];
}

/**
 * The shard from which it comes publishes it no longer. Another node may, which the shard that fetches for this node has to
 * ask for; if the stream has not stopped there, one does.
 */
function placeVacated(state: StreamState): Step<StreamState> {
  if (!isFromOtherThanHome(state)) return [state];
  const wasLive = isLive(state);
  const refetchSoon = timer('refetch', wasLive ? FAILOVER_DELAY_MS : REFETCH_DELAY_MS, { type: 'refetch' });
  if (!wasLive) return [state, refetchSoon];
  return [{ ...state, upstream: { kind: 'none' }, isSeekingParent: true }, ...uncross(state), refetchSoon];
}

/** Somebody watches, and it comes from nowhere. */
function refetch(state: StreamState, path: readonly string[]): Step<StreamState> {
  if (state.viewers.size === 0 || state.publisher !== undefined) return [state];
  if (state.upstream.kind === 'none') return findSource(state, path);
  if (state.place !== undefined || isLive(state) || !isFromOtherThanHome(state)) return [state];
  const [asking, ...effects] = findSource({ ...state, upstream: { kind: 'none' } }, []);
  return [asking, ...uncross(state), ...effects];
}

/** Viewers here go on with the later publication elsewhere. */
function superseded(state: StreamState, message: StreamSuperseded): Step<StreamState> {
  if (!isFencedOff(state, message)) return [state];
  const [next, ...effects] = fencedOff(state, message);
  if (next.viewers.size === 0) return [next, ...effects, stop()];
  return [next, ...effects, timer('refetch', FAILOVER_DELAY_MS, { type: 'refetch' })];
}

function leaveSource(state: StreamState, ...effects: Effect[]): Step<StreamState> {
  return [{ ...state, upstream: { kind: 'none' }, trial: undefined }, ...effects, ...unfetch(state), stop()];
}

/** The other shard has answered. */
function crossed(state: StreamState, { live, stream: source }: Subscribed): Step<StreamState> {
  const { upstream } = state;
  if (upstream.kind !== 'crossing') return [state];
  const next: StreamState = { ...state, upstream: { ...upstream, source, state: live ? 'live' : 'waiting' } };
  const [settled, ...effects] = settle(next, live);
  return [
    settled,
    replicate(next, upstream.shard, source),
    ...effects,
    ...(live ? announce(next, true) : []),
  ];
}

/** The other shard has a publisher again, or has none for now. */
function sourceActivity(state: StreamState, active: boolean): Step<StreamState> {
  const { upstream } = state;
  if (upstream.kind !== 'crossing') return [state];
  const next: StreamState = { ...state, upstream: { ...upstream, state: active ? 'live' : 'waiting' } };
  return isLive(state) === active ? [next] : [next, ...announce(next, active)];
}

function takeClock(
  { stream }: StreamState,
  { kind, clock }: CrossingNotice & { type: 'clock-told' },
): Effect {
  return media({ do: 'take-clock', stream, kind, clock });
}

function unanswered(state: StreamState, key: string): Step<StreamState> {
  if (key === REVIEWED || key === SPARED) return [state, reviewLater()];
  const node = triedBy(key);
  if (node !== undefined) return notTried(state, node);
  if (key !== CROSSED) return askAgain(state);
  if (state.upstream.kind !== 'crossing' || state.upstream.state !== 'asked') return [state];
  const [settled, ...effects] = settle({ ...state, upstream: { kind: 'none' } }, false);
  return [settled, ...uncross(state), ...effects];
}

function foundParent(
  state: StreamState,
  found: Parent | NoParent | NoScheduler,
  self: Self,
): Step<StreamState> {
  const { upstream, facts, stream } = state;
  if (upstream.kind !== 'asking') return [state];
  if (found.type !== 'parent') {
    const isSure = found.type === 'no-parent' && found.isUnsure !== true;
    return isSure ? settle({ ...state, upstream: { kind: 'none' } }, false) : askAgain(state);
  }
  const message: Omit<Fetch, 'replyTo'> = {
    type: 'fetch',
    stream,
    parent: { node: found.node, ...found.relay },
    path: upstream.path,
    address: self.address,
  };
  const relays = addressOf(facts.node, `${shardPath(facts.shard)}/relays`);
  const limitMs = found.node === state.lost ? FETCH_AGAIN_TIMEOUT_MS : FETCH_TIMEOUT_MS;
  return [
    { ...state, upstream: { ...upstream, parent: found.node } },
    ask(relays, message, 'fetched', limitMs),
  ];
}

function fetched(state: StreamState, message: Fetched | FetchFailed): Step<StreamState> {
  const { upstream } = state;
  // By a trial that has taken over, it comes from there already.
  if (message.type === 'fetched' && upstream.kind === 'up' && upstream.parent === message.parent)
    return [state];
  if (upstream.kind !== 'asking') {
    // A publisher came meanwhile, or everybody left.
    return [state, ...(message.type === 'fetched' ? [tell(message.link, unfetchOf(state))] : [])];
  }
  // A spare that was asked as the next parent has answered as that, and does not as a spare.
  const trial = state.trial === upstream.parent ? undefined : state.trial;
  if (message.type === 'fetch-failed') return settle({ ...state, upstream: { kind: 'none' }, trial }, false);
  const next: StreamState = {
    ...state,
    upstream: { kind: 'up', link: message.link, parent: message.parent },
    lost: undefined,
    trial,
  };
  const [settled, ...effects] = settle(next, true);
  return [settled, ...effects, ...announce(next, true), reviewLater()];
}

/** A parent has answered: the one that was asked for the stream, or one that was tried. */
function fetchAnswered(
  state: StreamState,
  message: Fetched | FetchFailed,
  node: string | undefined,
): Step<StreamState> {
  if (node === undefined) return fetched(state, message);
  const [next, ...effects] = tried(state, message, node);
  if (state.upstream.kind === 'up' || next.upstream.kind !== 'up') return [next, ...effects];
  // One that has taken over from a parent that was lost is what those who wait have waited for.
  const [settled, ...more] = settle(next, true);
  return [settled, ...effects, ...more];
}

/** What was awaited is known: those who wait are told; where somebody watches in vain, it is tried again. */
function settle(state: StreamState, live: boolean): Step<StreamState> {
  const settled = { ...state, waiting: [], isSeekingParent: false };
  // The parent that was lost had it, and now nobody has.
  const lost = state.isSeekingParent && !live ? announce(settled, false) : [];
  // A shard that has the stream, or will have it, says so by itself; and alone there is nobody to ask.
  const isToAsk =
    state.upstream.kind === 'none' && (state.facts.scheduler !== undefined || state.place !== undefined);
  const again =
    !live && isToAsk && state.viewers.size > state.waiting.length && state.publisher === undefined;
  return [
    live ? settled : { ...settled, lost: undefined },
    ...lost,
    ...answer(state, live),
    ...(again ? [timer('refetch', REFETCH_DELAY_MS, { type: 'refetch' })] : []),
  ];
}

/** Another parent is looked for at once; viewers hear of it only if there is none. */
function upstreamLost(state: StreamState, { parent }: FetchEnded): Step<StreamState> {
  // One that has handed over to another before is nothing to be missed.
  if (state.upstream.kind !== 'up' || state.upstream.parent !== parent) return [state];
  const next: StreamState = {
    ...state,
    upstream: { kind: 'none' },
    lost: parent,
    isSeekingParent: true,
  };
  return [next, timer('refetch', FAILOVER_DELAY_MS, { type: 'refetch' })];
}

function down(state: StreamState, { address }: Down): Step<StreamState> {
  const { upstream } = state;
  if (upstream.kind === 'crossing' && address.path === actorOf(state, upstream.shard).path)
    return sourceLost(state);
  if (state.publisher?.path !== address.path) return leave(state, address);
  const next: StreamState = { ...state, publisher: undefined, place: undefined };
  const effects: Effect[] = [
    ...vacatePlace(state),
    media({ do: 'unpublish', stream: state.stream }),
    perform('log', {
      level: 'info',
      message: 'stream has no publisher',
      event: 'stream-gone',
      stream: state.stream,
    }),
    ...tellScheduler(next, false),
    ...announce(next, false),
  ];
  if (next.viewers.size === 0) return [next, ...effects, stop()];
  // The publisher may come again elsewhere.
  const elsewhere =
    state.facts.scheduler === undefined ? [] : [timer('refetch', REFETCH_DELAY_MS, { type: 'refetch' })];
  return [next, ...effects, ...elsewhere];
}

function leave(state: StreamState, address: Address): Step<StreamState> {
  state.viewers.delete(address.path);
  const cores = new Map(state.cores);
  const core = state.cores.get(address.path);
  cores.delete(address.path);
  const next: StreamState = { ...state, cores };
  const left = core === undefined ? [] : [media({ do: 'uncross', stream: state.stream, to: core })];
  if (state.viewers.size > 0 || state.publisher !== undefined) return [next, ...left];
  if (state.upstream.kind === 'none') return [next, ...left, stop()];
  return [next, ...left, timer('linger', LINGER_MS, { type: 'linger-over' })];
}

/** Nobody has watched for a while. */
function release(state: StreamState): Step<StreamState> {
  return state.publisher === undefined ? [state, stop()] : [state];
}

/** The shard that the stream came from is gone, or its actor there is a new one. */
function sourceLost(state: StreamState): Step<StreamState> {
  const next: StreamState = { ...state, upstream: { kind: 'none' } };
  const wasLive = isLive(state) ? announce(next, false) : [];
  return [next, ...uncross(state), ...wasLive, ...(next.viewers.size > 0 ? [seekAgain()] : [stop()])];
}

function unfetch(state: StreamState): readonly Effect[] {
  return [...leaveParents(state), ...(state.upstream.kind === 'up' ? [] : uncross(state))];
}
