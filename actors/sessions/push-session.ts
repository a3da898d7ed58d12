/** `push-<shard>-<token>`: one publisher's peer connection, from its offer to its end. */

import type { IncomingMedia } from '../../transports/sdp/port.ts';
import { answerPublisher } from '../../transports/sdp/publish-answer.ts';
import { media, type PeerNotice } from '../forwarding/commands.ts';
import type { SendAnswer } from '../protocol.ts';
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Message, Self, Step } from '../runtime/behaviour.ts';
import { ask, type Effect, stop, tell, timer, watch } from '../runtime/effects.ts';
import type { Published, PublishStream, Replaced } from '../stream/messages.ts';
import {
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
} from './connection.ts';
import { localTransport, type SessionArgs, streamsAddress } from './facts.ts';

/** The stream's actor is in the same thread: it answers in milliseconds, unless it is being restarted. */
const CLAIM_TIMEOUT_MS = 1000;
const CLAIM_RETRY_MS = 100;
/** By then the stream's actor, and whoever supervises it, would have been started again several times over. */
const MAX_CLAIMS = 50;

interface PushState extends Connection {
  /** The stream's actor, once it has taken this publisher. */
  readonly published: Address | undefined;
  /** How often in a row the stream was claimed in vain. */
  readonly claimsFailed: number;
}

type PushMessage = PeerNotice | Replaced | ConnectionMessage | SendAnswer | { readonly type: 'claim' };

export const pushSession: Behaviour<SessionArgs, PushState, PushMessage> = {
  name: 'push-session',
  restart: 'never',
  start,
  receive(state, message, self) {
    switch (message.type) {
      case 'peer':
        return message.state === 'connected'
          ? [...progress(state, message), claim(state, self)]
          : progress(state, message);
      case 'claim':
        return [state, claim(state, self)];
      case 'answer':
        return published(state, message.message);
      case 'no-answer':
        return claimLater(state);
      case 'replaced':
        return end(state, 'replaced');
      case 'down':
        return down(state, message.address, self);
      case 'describe':
      case 'listen':
      case 'trickle':
      case 'close':
      case 'reconnect':
      case 'core-fault':
        return handle(state, message, self);
      case 'send-answer': {
        const detail = 'A publisher makes the offer; its session takes no answer.';
        return [state, tell(message.replyTo, refused(409, 'Not waiting for an answer', detail))];
      }
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: farewell,
};

function start({ open, facts }: SessionArgs, self: Self): Step<PushState> {
  const local = localTransport(facts, self.random);
  const fresh: PushState = {
    ...newConnection(open, facts, local, 'new', self),
    published: undefined,
    claimsFailed: 0,
  };
  let answer: ReturnType<typeof answerPublisher>;
  try {
    answer = answerPublisher(open.offer ?? '', local, facts.maxPublishKbps);
  } catch (error) {
    const refusal = refusedSdp(error);
    return [{ ...fresh, endReason: refusal.detail }, tell(open.replyTo, refusal), stop()];
  }
  const state = { ...fresh, remoteIce: answer.remote.ice };
  return [
    state,
    media({ do: 'open-session', session: open.session, ice: local.ice, remote: answer.remote }),
    expectMedia(open.session, answer.media, self),
    tell(open.replyTo, opened(state, 'answer', answer.sdp)),
    log(state, 'session opened', { event: 'session-opened', role: 'publisher' }),
  ];
}

function expectMedia(session: string, incoming: readonly IncomingMedia[], self: Self): Effect {
  return media({ do: 'expect-media', session, media: incoming, rtcpSsrc: self.random.uint32() });
}

/** Media may flow: this publisher takes the stream over, in place of whoever has it. */
function claim({ open, facts }: PushState, self: Self): Effect {
  const message: Omit<PublishStream, 'replyTo'> = {
    type: 'publish',
    stream: open.stream,
    session: open.session,
    address: self.address,
    ...(open.afterEpoch !== undefined && { afterEpoch: open.afterEpoch }),
  };
  return ask(streamsAddress(facts), message, 'published', CLAIM_TIMEOUT_MS);
}

function claimLater(state: PushState): Step<PushState> {
  if (state.claimsFailed >= MAX_CLAIMS) return end(state, 'the server could not publish the stream');
  const next = { ...state, claimsFailed: state.claimsFailed + 1 };
  return [next, timer('claim', CLAIM_RETRY_MS, { type: 'claim' })];
}

function published(state: PushState, message: Message): Step<PushState> {
  const { stream, epoch } = message as Published;
  return [
    { ...state, published: stream, claimsFailed: 0 },
    watch(stream),
    log(state, 'stream published', { event: 'stream-live', epoch: String(epoch) }),
  ];
}

/** The stream's actor crashed: its successor has to be told who publishes. Or a listener has gone. */
function down(state: PushState, address: Address, self: Self): Step<PushState> {
  if (address.path !== state.published?.path) return [forgetListener(state, address)];
  const next = { ...state, published: undefined };
  return state.state === 'connected' ? [next, claim(next, self)] : [next];
}
