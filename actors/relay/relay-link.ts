/**
 * `relay-link-<peer>`: one association with another node. It asks the peer for streams on behalf of their actors here, and
 * serves the peer with streams of ours; the core that carries them is the media plane's.
 */
import { SILENCE_MAX_MS } from '../../transports/zeromq/limits.ts';
import { type CoreFault, media } from '../forwarding/commands.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Message, Self, Step } from '../runtime/behaviour.ts';
import { ask, type Effect, perform, stop, tell, timer, watch } from '../runtime/effects.ts';
import { membershipAddress, shardPath } from '../sessions/facts.ts';
import type { BufferTarget, StreamActivity, Subscribe, Subscribed, Unsubscribe } from '../stream/messages.ts';
import type {
  Fetch,
  FetchEnded,
  Fetched,
  FetchFailed,
  LinkNotice,
  ParentSuspected,
  RelayPeer,
  Unfetch,
  WatchPeer,
} from './messages.ts';

/** A stream that is to be fetched from another site first is there within a few round trips. */
const SUBSCRIBE_TIMEOUT_MS = 5000;
/** A node that is started again is there within seconds; until then there is nobody to watch. */
const WATCH_AGAIN_MS = 5000;
/**
 * A watch that is down sooner than this has not reached its node, but only been given up, as the one before it: without a
 * control link that is so at once, over one that is dead once it has been silent for too long, with a second to spare.
 */
const WATCH_STOOD_MS = SILENCE_MAX_MS + 1000;

export interface RelayLinkArgs {
  readonly node: string;
  readonly shard: number;
  /** To be opened, or one that the peer has opened. */
  readonly link: { readonly open: RelayPeer } | { readonly accepted: number; readonly peer: string };
}

interface Fetching {
  readonly stream: Address;
  /** Who waits for the first word, until it has come. */
  readonly replyTo: Address | undefined;
}

interface LinkState extends RelayLinkArgs {
  readonly peer: string;
  readonly fetching: ReadonlyMap<string, Fetching>;
  /** What the peer wants, by its subscription. */
  readonly serving: ReadonlyMap<number, string>;
  /** When it was last watched again, after the watch was down; ms. */
  readonly watchedAgainAtMs?: number;
}

export const relayLink: Behaviour<
  RelayLinkArgs,
  LinkState,
  Fetch | Unfetch | LinkNotice | WatchPeer | StreamActivity | BufferTarget | CoreFault
> = {
  name: 'relay-link',
  // Whoever fetches by it hears that it is gone, and fetches again.
  restart: 'never',
  start(args) {
    const { link } = args;
    const peer = 'open' in link ? link.open.node : link.peer;
    const state: LinkState = { ...args, peer, fetching: new Map(), serving: new Map() };
    return [
      state,
      media('open' in link ? { do: 'open-link', peer: link.open } : { do: 'own-link', link: link.accepted }),
      log(state, 'relay link opened', 'link-opened'),
      watch(membershipAddress(peer)),
    ];
  },
  receive(state, message, self) {
    switch (message.type) {
      case 'fetch':
        return fetch(state, message, self);
      case 'unfetch':
        return unfetch(state, message.stream);
      case 'link-up':
        return [state, log(state, 'relay link up', 'link-up')];
      case 'link-down':
        return down(state, message.reason);
      case 'link-quiet':
        return [state, ...suspicion(state, 'quiet'), log(state, 'relay link is quiet', 'link-quiet')];
      case 'fetch-begun':
        return begun(state, message.stream, self);
      case 'fetch-over':
        return over(state, message.stream, message.reason);
      case 'wanted':
        return wanted(state, message, self);
      case 'unwanted':
        return unwanted(state, message.subscription, self);
      case 'answer':
        return serve(state, Number(message.key), (message.message as Message & Subscribed).live);
      case 'no-answer':
        return serve(state, Number(message.key), false);
      case 'stream-activity':
        return message.active ? [state] : streamGone(state, message.stream, self);
      case 'down':
        return suspect(state, self.nowMs);
      case 'watch-peer':
        return [{ ...state, watchedAgainAtMs: self.nowMs }, watch(membershipAddress(state.peer))];
      // The next node sees the jitter of the path as it is there.
      case 'buffer-target':
        return [state];
      case 'core-fault':
        throw new Error(message.error);
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: state => [
    media({ do: 'close-link', reason: 'the link was closed' }),
    ...lost(state, 'the link was closed'),
  ],
};

function fetch(state: LinkState, message: Fetch, self: Self): Step<LinkState> {
  const { stream, path, address, replyTo, trial } = message;
  const known = state.fetching.get(stream);
  const hasBegun = known !== undefined && known.replyTo === undefined;
  const fetched: Fetched = { type: 'fetched', link: self.address, parent: state.peer };
  const fetching = new Map(state.fetching).set(stream, {
    stream: address,
    replyTo: hasBegun ? undefined : replyTo,
  });
  // One who asks again, because the first word came too late, does not make the stream cross twice.
  if (hasBegun) return [{ ...state, fetching }, tell(replyTo, fetched)];
  return [
    { ...state, fetching },
    ...(known === undefined
      ? [media({ do: 'fetch', stream, path, ...(trial !== undefined && { trial }) })]
      : []),
  ];
}

function unfetch(state: LinkState, stream: string): Step<LinkState> {
  const fetching = new Map(state.fetching);
  if (!fetching.delete(stream)) return [state];
  return idle({ ...state, fetching }, media({ do: 'unfetch', stream }));
}

/** A link that carries nothing is closed; the peer closes its side with it. */
function idle(state: LinkState, ...effects: Effect[]): Step<LinkState> {
  const empty = state.fetching.size === 0 && state.serving.size === 0 && 'open' in state.link;
  return empty ? [state, ...effects, stop()] : [state, ...effects];
}

function begun(state: LinkState, stream: string, self: Self): Step<LinkState> {
  const known = state.fetching.get(stream);
  if (known === undefined) return [state];
  const fetched: Fetched = { type: 'fetched', link: self.address, parent: state.peer };
  const fetching = new Map(state.fetching).set(stream, { ...known, replyTo: undefined });
  return [{ ...state, fetching }, ...(known.replyTo === undefined ? [] : [tell(known.replyTo, fetched)])];
}

function over(state: LinkState, stream: string, reason: string): Step<LinkState> {
  const known = state.fetching.get(stream);
  if (known === undefined) return [state];
  const fetching = new Map(state.fetching);
  fetching.delete(stream);
  return idle({ ...state, fetching }, told(state, known, reason));
}

/** The peer's process has gone, or only the control link to it: the line itself will tell which. */
function suspect(state: LinkState, nowMs: number): Step<LinkState> {
  const { watchedAgainAtMs } = state;
  const isTold = watchedAgainAtMs !== undefined && nowMs - watchedAgainAtMs < WATCH_STOOD_MS;
  return [
    state,
    media({ do: 'suspect-link' }),
    ...(isTold ? [] : suspicion(state, 'lost')),
    timer('watch', WATCH_AGAIN_MS, { type: 'watch-peer' }),
  ];
}

function suspicion({ peer, fetching }: LinkState, because: ParentSuspected['because']): readonly Effect[] {
  const word: ParentSuspected = { type: 'parent-suspected', parent: peer, because };
  const coming = [...fetching.values()].filter(({ replyTo }) => replyTo === undefined);
  return coming.map(({ stream }) => tell(stream, word));
}

function down(state: LinkState, reason: string): Step<LinkState> {
  return [
    { ...state, fetching: new Map() },
    log(state, 'relay link down', 'link-down', { reason }),
    ...lost(state, reason),
    stop(),
  ];
}

function lost(state: LinkState, reason: string): readonly Effect[] {
  return [...state.fetching.values()].map(known => told(state, known, reason));
}

function told({ peer }: LinkState, { stream, replyTo }: Fetching, reason: string): Effect {
  const failed: FetchFailed = { type: 'fetch-failed', reason };
  const ended: FetchEnded = { type: 'fetch-ended', parent: peer, reason };
  return replyTo === undefined ? tell(stream, ended) : tell(replyTo, failed);
}

function wanted(state: LinkState, notice: LinkNotice & { type: 'wanted' }, self: Self): Step<LinkState> {
  const { subscription, stream, path } = notice;
  if (path.includes(state.node)) {
    return [state, refuse(subscription, `a loop: the way to ${path[0]} passes ${state.node} already`)];
  }
  const message: Omit<Subscribe, 'replyTo'> = {
    type: 'subscribe',
    stream,
    session: viewerId(state, subscription),
    address: self.address,
    path,
  };
  const streams = addressOf(state.node, `${shardPath(state.shard)}/streams`);
  const serving = new Map(state.serving).set(subscription, stream);
  return [{ ...state, serving }, ask(streams, message, String(subscription), SUBSCRIBE_TIMEOUT_MS)];
}

function serve(state: LinkState, subscription: number, live: boolean): Step<LinkState> {
  const stream = state.serving.get(subscription);
  if (stream === undefined) return [state];
  return live
    ? [state, media({ do: 'serve', subscription, stream })]
    : [state, refuse(subscription, 'nobody publishes the stream')];
}

/** The peer looks for the stream again; its publisher may be elsewhere by now. */
function streamGone(state: LinkState, stream: string, self: Self): Step<LinkState> {
  let next = state;
  const effects: Effect[] = [];
  for (const [subscription, served] of state.serving) {
    if (served !== stream) continue;
    const [left, ...more] = unwanted(next, subscription, self);
    next = left;
    effects.push(media({ do: 'end', subscription, reason: 'the stream has no publisher' }), ...more);
  }
  return [next, ...effects];
}

function unwanted(state: LinkState, subscription: number, self: Self): Step<LinkState> {
  const stream = state.serving.get(subscription);
  if (stream === undefined) return [state];
  const serving = new Map(state.serving);
  serving.delete(subscription);
  const address = addressOf(state.node, `${shardPath(state.shard)}/streams/stream-${stream}`);
  const left: Unsubscribe = { type: 'unsubscribe', address: self.address };
  return [{ ...state, serving }, tell(address, left)];
}

function refuse(subscription: number, reason: string): Effect {
  return media({ do: 'refuse', subscription, reason });
}

function viewerId({ peer }: LinkState, subscription: number): string {
  return `${peer}/${subscription}`;
}

function log(state: LinkState, message: string, event: string, details: Record<string, string> = {}): Effect {
  return perform('log', { level: 'info', message, event, peer: state.peer, ...details });
}
