/**
 * `stream-<id>`: who publishes the stream here, from where it is fetched if nobody does, and who watches it. There while
 * anybody has to do with it; the newest publisher wins, and one here is preferred to any that is elsewhere.
 */
import { media } from '../forwarding/commands.ts';
import type { Fetch, FetchEnded, Fetched, FetchFailed, Unfetch } from '../relay/messages.ts';
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
import type { FindParent, LocalStream, NoParent, Parent } from '../scheduler/messages.ts';
import { membershipAddress, type ShardFacts, shardPath } from '../sessions/facts.ts';
import type {
  BufferTarget,
  Published,
  PublishStream,
  Replaced,
  StreamActivity,
  Subscribe,
  Subscribed,
  Unsubscribe,
} from './messages.ts';
import { track } from './track.ts';

/** The scheduler answers out of its memory; after this long it is away. */
const FIND_TIMEOUT_MS = 1500;
/** A parent that has to fetch the stream itself needs a few round trips between sites. */
const FETCH_TIMEOUT_MS = 4000;
/** After a parent was lost while somebody watches. */
const REFETCH_DELAY_MS = 500;
/** Between the last viewer and the end of the fetching: a page that reloads finds the stream still here. */
const LINGER_MS = 2000;
/** Of those who wait for the stream to come; each is a session or a link, and they have limits of their own. */
const MAX_WAITING = 10_000;

export interface StreamArgs {
  readonly stream: string;
  readonly facts: ShardFacts;
}

/** From where the stream comes when nobody publishes it here. */
type Upstream =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly path: readonly string[] }
  | { readonly kind: 'up'; readonly link: Address };

interface StreamState extends StreamArgs {
  /** Of the newest publication here; 0 before the first. */
  readonly epoch: number;
  readonly publisher: Address | undefined;
  readonly upstream: Upstream;
  /** By the path of the viewer's actor: sessions, and relay links that carry the stream on. */
  readonly viewers: ReadonlyMap<string, Address>;
  /** Whom to tell whether the stream is live, once that is known. */
  readonly waiting: readonly Address[];
  /** What viewers have been told last. */
  readonly bufferTarget: BufferTarget | undefined;
}

type StreamMessage =
  | PublishStream
  | Subscribe
  | Unsubscribe
  | FetchEnded
  | BufferTarget
  | { readonly type: 'refetch' }
  | { readonly type: 'linger-over' };

export const streamActor: Behaviour<StreamArgs, StreamState, StreamMessage> = {
  name: 'stream',
  restart: 'always',
  start: args => [
    {
      ...args,
      epoch: 0,
      publisher: undefined,
      upstream: { kind: 'none' },
      viewers: new Map(),
      waiting: [],
      bufferTarget: undefined,
    },
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
        return message.key === 'parent'
          ? foundParent(state, message.message as Message & (Parent | NoParent), self)
          : fetched(state, message.message as Message & (Fetched | FetchFailed));
      case 'no-answer':
        return settle({ ...state, upstream: { kind: 'none' } }, false);
      case 'buffer-target':
        return [{ ...state, bufferTarget: message }, ...tellViewers(state, message)];
      case 'fetch-ended':
        return upstreamLost(state);
      case 'refetch':
        return state.viewers.size > 0 && !isLive(state) ? fetchFrom(state, []) : [state];
      case 'linger-over':
        return state.viewers.size === 0 ? release(state) : [state];
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: state => [
    ...(isLive(state) ? [media({ do: 'unpublish', stream: state.stream })] : []),
    ...unfetch(state),
    ...answer(state, false),
  ],
};

function isLive({ publisher, upstream }: StreamState): boolean {
  return publisher !== undefined || upstream.kind === 'up';
}

function publish(state: StreamState, message: PublishStream, self: Self): Step<StreamState> {
  // An epoch only grows, also when the stream's actor is a new one: hence the wall clock.
  const epoch = Math.max(state.epoch + 1, Math.floor(self.wallMs));
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
    ...tellScheduler(next, true),
    ...answer(state, true, self.address),
    ...announce(next, true),
  ];
}

function subscribe(state: StreamState, message: Subscribe, self: Self): Step<StreamState> {
  const viewers = new Map(state.viewers).set(message.address.path, message.address);
  const next = { ...state, viewers };
  const joined: Effect[] = [
    watch(message.address),
    cancel('linger'),
    ...(state.bufferTarget === undefined ? [] : [tell(message.address, state.bufferTarget)]),
  ];
  const subscribed = (live: boolean): Subscribed => ({ type: 'subscribed', stream: self.address, live });
  if (isLive(state)) return [next, ...joined, tell(message.replyTo, subscribed(true))];
  const hopeless = state.facts.scheduler === undefined || state.waiting.length >= MAX_WAITING;
  if (hopeless) return [next, ...joined, tell(message.replyTo, subscribed(false))];
  const waits = { ...next, waiting: [...state.waiting, message.replyTo] };
  if (state.upstream.kind === 'asking') return [waits, ...joined];
  const [asking, ...effects] = fetchFrom(waits, message.path ?? []);
  return [asking, ...joined, ...effects];
}

/** Asks the scheduler for a parent; `path` are the nodes that want the stream through this one. */
function fetchFrom(state: StreamState, path: readonly string[]): Step<StreamState> {
  const { scheduler, node } = state.facts;
  if (scheduler === undefined) return [state];
  const travelled = [...path, node];
  const question: Omit<FindParent, 'replyTo'> = {
    type: 'find-parent',
    stream: state.stream,
    node,
    path: travelled,
  };
  return [
    { ...state, upstream: { kind: 'asking', path: travelled } },
    ask(scheduler, question, 'parent', FIND_TIMEOUT_MS),
  ];
}

function foundParent(state: StreamState, found: Parent | NoParent, self: Self): Step<StreamState> {
  const { upstream, facts, stream } = state;
  if (upstream.kind !== 'asking') return [state];
  if (found.type !== 'parent') return settle({ ...state, upstream: { kind: 'none' } }, false);
  const message: Omit<Fetch, 'replyTo'> = {
    type: 'fetch',
    stream,
    parent: { node: found.node, ...found.relay },
    path: upstream.path,
    address: self.address,
  };
  const relays = addressOf(facts.node, `${shardPath(facts.shard)}/relays`);
  return [state, ask(relays, message, 'fetched', FETCH_TIMEOUT_MS)];
}

function fetched(state: StreamState, message: Fetched | FetchFailed): Step<StreamState> {
  if (state.upstream.kind !== 'asking') {
    // A publisher came meanwhile, or everybody left.
    return [state, ...(message.type === 'fetched' ? [tell(message.link, unfetchOf(state))] : [])];
  }
  if (message.type === 'fetch-failed') return settle({ ...state, upstream: { kind: 'none' } }, false);
  const next: StreamState = { ...state, upstream: { kind: 'up', link: message.link } };
  const [settled, ...effects] = settle(next, true);
  return [settled, ...effects, ...announce(next, true)];
}

/** What was awaited is known: those who wait are told; where somebody watches in vain, it is tried again. */
function settle(state: StreamState, live: boolean): Step<StreamState> {
  const settled = { ...state, waiting: [] };
  const again = !live && state.viewers.size > state.waiting.length && state.publisher === undefined;
  return [
    settled,
    ...answer(state, live),
    ...(again ? [timer('refetch', REFETCH_DELAY_MS, { type: 'refetch' })] : []),
  ];
}

function answer(state: StreamState, live: boolean, address?: Address): readonly Effect[] {
  const { facts, stream } = state;
  const own = address ?? addressOf(facts.node, `${shardPath(facts.shard)}/streams/stream-${stream}`);
  const subscribed: Subscribed = { type: 'subscribed', stream: own, live };
  return state.waiting.map(replyTo => tell(replyTo, subscribed));
}

function upstreamLost(state: StreamState): Step<StreamState> {
  if (state.upstream.kind !== 'up') return [state];
  const next: StreamState = { ...state, upstream: { kind: 'none' } };
  return [next, ...announce(next, false), timer('refetch', REFETCH_DELAY_MS, { type: 'refetch' })];
}

function down(state: StreamState, { address }: Down): Step<StreamState> {
  if (state.publisher?.path !== address.path) return leave(state, address);
  const next: StreamState = { ...state, publisher: undefined };
  const effects: Effect[] = [
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
  const viewers = new Map(state.viewers);
  viewers.delete(address.path);
  const next: StreamState = { ...state, viewers };
  if (viewers.size > 0 || state.publisher !== undefined) return [next];
  if (state.upstream.kind === 'none') return [next, stop()];
  return [next, timer('linger', LINGER_MS, { type: 'linger-over' })];
}

/** Nobody has watched for a while. */
function release(state: StreamState): Step<StreamState> {
  return state.publisher === undefined ? [state, stop()] : [state];
}

function unfetch(state: StreamState): readonly Effect[] {
  return state.upstream.kind === 'up' ? [tell(state.upstream.link, unfetchOf(state))] : [];
}

function unfetchOf({ stream }: StreamState): Unfetch {
  return { type: 'unfetch', stream };
}

/** So that a new stream is found before the node's next report. */
function tellScheduler({ facts, stream, epoch }: StreamState, live: boolean): readonly Effect[] {
  if (facts.scheduler === undefined) return [];
  const message: LocalStream = { type: 'local-stream', stream, epoch, live };
  return [tell(membershipAddress(facts.node), message)];
}

function announce(state: StreamState, active: boolean): readonly Effect[] {
  const activity: StreamActivity = { type: 'stream-activity', stream: state.stream, active };
  return tellViewers(state, activity);
}

function tellViewers({ viewers }: StreamState, message: StreamActivity | BufferTarget): readonly Effect[] {
  return [...viewers.values()].map(viewer => tell(viewer, message));
}
