/** `pull-<shard>-<token>`: one viewer's peer connection; the offer is ours, or the client's (WHEP). */

import { type Random, randomToken } from '../../transports/random.ts';
import type { OutgoingMedia, OutgoingSsrcs, RemoteTransport } from '../../transports/sdp/port.ts';
import { acceptViewerAnswer } from '../../transports/sdp/view-answer.ts';
import { offerToViewer } from '../../transports/sdp/view-offer.ts';
import { answerViewer } from '../../transports/sdp/view-reply.ts';
import { media, type PeerNotice } from '../forwarding/commands.ts';
import type { Listen, SendAnswer } from '../protocol.ts';
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Message, Self, Step } from '../runtime/behaviour.ts';
import { ask, cancel, type Effect, stop, tell, timer, watch } from '../runtime/effects.ts';
import type { BufferTarget, StreamActivity, Subscribe, Subscribed } from '../stream/messages.ts';
import {
  accepted,
  type Connection,
  type ConnectionMessage,
  end,
  farewell,
  forgetListener,
  handle,
  log,
  newConnection,
  opened,
  progress,
  refused,
  refusedSdp,
  tellListeners,
} from './connection.ts';
import { localTransport, type SessionArgs, streamAddress, streamsAddress } from './facts.ts';

/** The stream's actor is in the same thread: it answers in milliseconds, unless it is being restarted. */
const SUBSCRIBE_TIMEOUT_MS = 1000;
/** A stream that another site has first crosses over, which takes a few round trips between sites. */
const FETCH_TIMEOUT_MS = 8000;
/** Whoever supervises the streams is started again within this time. */
const REJOIN_RETRY_MS = 100;
/** A counter-offer is good for 30 s (WHEP draft-03 section 4.3); our own offers are the same thing. */
const ANSWER_TIMEOUT_MS = 30_000;
/** How soon a client may ask again for a stream that is not live: a class that is about to start starts in seconds. */
const NOT_LIVE_RETRY_SECONDS = 2;

/** A crowd that arrives at once is let in within seconds. */
const OVERLOADED_RETRY_SECONDS = 2;

interface PullState extends Connection {
  readonly ssrcs: OutgoingSsrcs;
  /** What our offer offered, while its answer is awaited. */
  readonly layout: readonly OutgoingMedia[] | undefined;
  /** The stream's actor, once subscribed. */
  readonly subscribed: Address | undefined;
  /** Somebody publishes the stream, as far as is known. */
  readonly isActive: boolean;
  /** The last that the stream said, for those who listen from now on. */
  readonly bufferTargetMs: number | undefined;
}

type PullMessage =
  | PeerNotice
  | StreamActivity
  | BufferTarget
  | ConnectionMessage
  | SendAnswer
  | { readonly type: 'unanswered' }
  | { readonly type: 'rejoin' };

export const pullSession: Behaviour<SessionArgs, PullState, PullMessage> = {
  name: 'pull-session',
  restart: 'never',
  start({ open, facts }, self) {
    const local = localTransport(facts, self.random, open.isPlain);
    const connection = newConnection(
      open,
      facts,
      local,
      open.offer === undefined ? 'awaiting answer' : 'new',
      self,
    );
    return [
      {
        ...connection,
        ssrcs: drawSsrcs(self.random),
        layout: undefined,
        subscribed: undefined,
        isActive: true,
        bufferTargetMs: undefined,
      },
      facts.scheduler === undefined && facts.shards === 1
        ? // To the stream itself: where nobody publishes there is none, and the answer is "not live" at once.
          ask(streamAddress(facts, open.stream), subscription(connection, self), 'live', SUBSCRIBE_TIMEOUT_MS)
        : ask(streamsAddress(facts), subscription(connection, self), 'live', FETCH_TIMEOUT_MS),
    ];
  },
  receive(state, message, self) {
    switch (message.type) {
      case 'answer':
        return subscribed(state, message.key, message.message as Message & Subscribed);
      case 'no-answer':
        if (message.key === 'rejoined') return [state, timer('rejoin', REJOIN_RETRY_MS, { type: 'rejoin' })];
        return message.why === 'timeout' ? overloaded(state) : notLive(state);
      case 'rejoin':
        return [state, rejoin(state, self)];
      case 'send-answer':
        return answered(state, message);
      case 'unanswered':
        return end(state, `no answer to our offer came within ${ANSWER_TIMEOUT_MS / 1000} s`);
      case 'peer':
        return progress(state, message, state.isActive);
      case 'stream-activity':
        return activity(state, message.active);
      case 'buffer-target':
        return bufferTarget(state, message);
      case 'listen':
        return listen(state, message, self);
      case 'down':
        return message.address.path === state.subscribed?.path
          ? [{ ...state, subscribed: undefined }, rejoin(state, self)]
          : [forgetListener(state, message.address)];
      case 'describe':
      case 'trickle':
      case 'close':
      case 'reconnect':
      case 'core-fault':
        return handle(state, message, self);
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: farewell,
};

function subscription({ open }: Connection, self: Self): Omit<Subscribe, 'replyTo'> {
  return { type: 'subscribe', stream: open.stream, session: open.session, address: self.address };
}

/** The stream's actor is a new one, or will be: `streams` brings it into being if need be. */
function rejoin(state: PullState, self: Self): Effect {
  return ask(streamsAddress(state.facts), subscription(state, self), 'rejoined', SUBSCRIBE_TIMEOUT_MS);
}

function subscribed(state: PullState, key: string, { stream, live }: Subscribed): Step<PullState> {
  const next: PullState = { ...state, subscribed: stream };
  if (key === 'rejoined') {
    const [known, ...effects] = activity(next, live);
    return [known, watch(stream), ...effects];
  }
  if (!live) return notLive(state);
  const [begun, ...effects] =
    next.open.offer === undefined ? makeOffer(next) : takeOffer(next, next.open.offer);
  return [begun, watch(stream), ...effects];
}

function notLive(state: PullState): Step<PullState> {
  const { stream, replyTo } = state.open;
  const detail = `Nobody publishes the stream "${stream}" at the moment.`;
  const refusal = refused(404, 'Stream not live', detail, NOT_LIVE_RETRY_SECONDS);
  return [{ ...state, endReason: 'the stream was not live' }, tell(replyTo, refusal), stop()];
}

/** Whether the stream is live could not be found out in time, for one is too busy or away: no word about the stream. */
function overloaded(state: PullState): Step<PullState> {
  const detail = `This edge could not find out in time whether the stream "${state.open.stream}" is live.`;
  const refusal = refused(503, 'Edge overloaded', detail, OVERLOADED_RETRY_SECONDS);
  return [
    { ...state, endReason: 'it was not known in time whether the stream is live' },
    tell(state.open.replyTo, refusal),
    stop(),
  ];
}

function makeOffer(state: PullState): Step<PullState> {
  const { open, local } = state;
  const { sdp, layout } = offerToViewer(local, state.ssrcs, open.stream);
  return [
    { ...state, layout },
    media({ do: 'open-session', session: open.session, ice: local.ice, isPlain: open.isPlain === true }),
    timer('unanswered', ANSWER_TIMEOUT_MS, { type: 'unanswered' }),
    tell(open.replyTo, opened(state, 'offer', sdp)),
    log(state, 'session opened', {
      event: 'session-opened',
      role: 'viewer',
      ...(open.isPlain && { encryption: 'off' }),
    }),
  ];
}

function takeOffer(state: PullState, offer: string): Step<PullState> {
  const { open, local } = state;
  let reply: ReturnType<typeof answerViewer>;
  try {
    reply = answerViewer(offer, local, state.ssrcs, open.stream);
  } catch (error) {
    const refusal = refusedSdp(error);
    return [{ ...state, endReason: refusal.detail }, tell(open.replyTo, refusal), stop()];
  }
  const next: PullState = { ...state, remoteIce: reply.remote.ice };
  return [
    next,
    media({ do: 'open-session', session: open.session, ice: local.ice, remote: reply.remote }),
    view(next, reply.media),
    tell(open.replyTo, opened(next, 'answer', reply.sdp)),
    log(next, 'session opened', { event: 'session-opened', role: 'viewer' }),
  ];
}

function answered(state: PullState, message: SendAnswer): Step<PullState> {
  if (state.layout === undefined) {
    const detail = 'This session has had its answer; a second one changes nothing.';
    return [state, tell(message.replyTo, refused(409, 'Already answered', detail))];
  }
  let answer: { readonly remote: RemoteTransport; readonly media: readonly OutgoingMedia[] };
  try {
    answer = acceptViewerAnswer(message.sdp, state.layout, state.open.isPlain);
  } catch (error) {
    // The offer still stands: the client may send a better answer.
    return [state, tell(message.replyTo, refusedSdp(error))];
  }
  const next: PullState = { ...state, layout: undefined, state: 'new', remoteIce: answer.remote.ice };
  return [
    next,
    cancel('unanswered'),
    media({ do: 'set-remote', session: state.open.session, remote: answer.remote }),
    view(next, answer.media),
    tell(message.replyTo, accepted),
  ];
}

function bufferTarget(state: PullState, { targetMs }: BufferTarget): Step<PullState> {
  if (targetMs === state.bufferTargetMs) return [state];
  return [
    { ...state, bufferTargetMs: targetMs },
    ...tellListeners(state, 'buffer', { targetMs: String(targetMs) }),
  ];
}

function activity(state: PullState, isActive: boolean): Step<PullState> {
  if (isActive === state.isActive) return [state];
  return [{ ...state, isActive }, ...tellListeners(state, isActive ? 'active' : 'inactive', {})];
}

/** Whoever is let in to listen hears how things stand: it may have missed a word, as over a line that broke. */
function listen(state: PullState, message: Listen, self: Self): Step<PullState> {
  const [next, ...effects] = handle(state, message, self);
  if (next.listeners.length === state.listeners.length) return [next, ...effects];
  const { bufferTargetMs, isActive } = next;
  const alone = { ...next, listeners: [message.listener] };
  return [
    next,
    ...effects,
    ...(next.state === 'connected' ? tellListeners(alone, isActive ? 'active' : 'inactive', {}) : []),
    ...(bufferTargetMs === undefined
      ? []
      : tellListeners(alone, 'buffer', { targetMs: String(bufferTargetMs) })),
  ];
}

function view({ open, ssrcs }: PullState, outgoing: readonly OutgoingMedia[]): Effect {
  return media({ do: 'view', session: open.session, stream: open.stream, media: outgoing, ssrcs });
}

/** SSRCs of one session must differ from each other (RFC 3550 section 8.1). */
function drawSsrcs(random: Random): OutgoingSsrcs {
  const audio = random.uint32();
  const video = (audio + 1) >>> 0;
  return { audio, video, videoRtx: (audio + 2) >>> 0, cname: randomToken(random, 12) };
}
