/**
 * What publishers' and viewers' sessions have in common: how far the connection got, in words; who listens; how it is
 * described, trickled to, and ended.
 */

import { makeIceCredentials } from '../../transports/ice/credentials.ts';
import { buildFragment, parseFragment } from '../../transports/sdp/fragment.ts';
import { type IceCredentials, type LocalTransport, SdpError } from '../../transports/sdp/port.ts';
import { type CoreFault, media, type PeerNotice, roleOf, type SessionFacts } from '../forwarding/commands.ts';
import type { ReconnectSession } from '../node/drain-messages.ts';
import type {
  Accepted,
  Close,
  Describe,
  Listen,
  Opened,
  Refused,
  Restarted,
  SessionEvent,
  SessionState,
  Trickle,
} from '../protocol.ts';
import type { Address } from '../runtime/address.ts';
import type { Self, Step } from '../runtime/behaviour.ts';
import { type Effect, perform, stop, tell, watch } from '../runtime/effects.ts';
import type { Ended } from './ended-messages.ts';
import { endedAddress, type OpenSession, type ShardFacts } from './facts.ts';

/** Of one session's own event streams; a page has one open, and may reconnect before the old one is noticed gone. */
const MAX_LISTENERS = 8;

export interface Connection {
  readonly open: OpenSession;
  readonly facts: ShardFacts;
  readonly local: LocalTransport;
  readonly createdAt: string;
  readonly state: SessionState;
  /** Why it ended, once it has. */
  readonly endReason: string | undefined;
  /** The client's ICE credentials, to tell a restart from a trickle. */
  readonly remoteIce: IceCredentials | undefined;
  /** How often ICE was restarted: makes each ICE session's entity tag another. */
  readonly iceGeneration: number;
  /** The last restart, for a client that lost our answer and asks again. */
  readonly lastRestart: LastRestart | undefined;
  readonly listeners: readonly Address[];
}

interface LastRestart {
  readonly remote: IceCredentials;
  /** What the client gave as If-Match. */
  readonly ifMatch: string;
  readonly answer: Restarted;
}

export function newConnection(
  open: OpenSession,
  facts: ShardFacts,
  local: LocalTransport,
  state: SessionState,
  self: Self,
): Connection {
  return {
    open,
    facts,
    local,
    createdAt: new Date(self.wallMs).toISOString(),
    state,
    endReason: undefined,
    remoteIce: undefined,
    iceGeneration: 0,
    lastRestart: undefined,
    listeners: [],
  };
}

export const accepted: Accepted = { type: 'accepted' };

export function refused(status: number, title: string, detail: string, retryAfterSeconds?: number): Refused {
  return {
    type: 'refused',
    status,
    title,
    detail,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** What an SDP error becomes for its author; anything else is ours, and crashes the session. */
export function refusedSdp(error: unknown): Refused {
  if (!(error instanceof SdpError)) throw error;
  return refused(error.status, error.status === 400 ? 'Malformed SDP' : 'Unsupported SDP', error.message);
}

export function opened(
  { open, facts, iceGeneration }: Connection,
  sdpType: 'offer' | 'answer',
  sdp: string,
): Opened {
  return {
    type: 'opened',
    session: open.session,
    stream: open.stream,
    role: roleOf(open.session),
    sdpType,
    sdp,
    etag: etag(open.session, iceGeneration),
    edge: { node: facts.node, idc: facts.idc },
  };
}

/**
 * The connection got further. The log has a line for being connected; the steps before are for who looks closer.
 * `isActive`: its media does flow once it may.
 */
export function progress<C extends Connection>(connection: C, notice: PeerNotice, isActive = true): Step<C> {
  if (notice.state === 'ended') return end(connection, notice.reason ?? 'the connection ended');
  return [
    { ...connection, state: notice.state },
    log(
      connection,
      `session ${notice.state}`,
      { event: `session-${notice.state}` },
      notice.state === 'connected' ? 'info' : 'debug',
    ),
    ...(notice.state === 'connected' ? tellListeners(connection, isActive ? 'active' : 'inactive', {}) : []),
  ];
}

/** Ends the session: `reason` is what its client, the log and whoever asks later are told. */
export function end<C extends Connection>(connection: C, reason: string): Step<C> {
  if (connection.state === 'ended') return [connection];
  return [
    { ...connection, state: 'ended', endReason: reason },
    ...tellListeners(connection, 'ended', { reason }),
    log(connection, 'session ended', { event: 'session-ended', reason }),
    stop(),
  ];
}

/** The last effects of every session, also of one that crashed: its client is told, and its last words are kept. */
export function farewell(connection: Connection): readonly Effect[] {
  const reason = connection.endReason ?? 'the server ended the session';
  const ended: Ended = {
    type: 'ended',
    facts: factsOf({ ...connection, state: 'ended', endReason: reason }),
  };
  return [
    ...(connection.state === 'ended' ? [] : tellListeners(connection, 'ended', { reason })),
    media({ do: 'close-session', session: connection.open.session, reason }),
    tell(endedAddress(connection.facts), ended),
  ];
}

/** What every session may be told, and does alike. */
export type ConnectionMessage = Describe | Listen | Trickle | Close | ReconnectSession | CoreFault;

export function handle<C extends Connection>(connection: C, message: ConnectionMessage, self: Self): Step<C> {
  switch (message.type) {
    case 'describe':
      return describe(connection, message);
    case 'listen':
      return listen(connection, message);
    case 'trickle':
      return trickle(connection, message, self);
    case 'close':
      return close(connection, message);
    case 'reconnect':
      return [connection, ...tellListeners(connection, 'reconnect', { url: urlOf(connection) })];
    case 'core-fault':
      throw new Error(message.error);
    default:
      message satisfies never;
      return [connection];
  }
}

function close<C extends Connection>(connection: C, { reason, replyTo }: Close): Step<C> {
  const [next, ...effects] = end(connection, reason);
  return [next, ...(replyTo === undefined ? [] : [tell(replyTo, accepted)]), ...effects];
}

/** Where a WHIP or WHEP client comes again: the gateway that it has asked sends it to another node. */
function urlOf({ open: { session, stream } }: Connection): string {
  return `/${roleOf(session) === 'publisher' ? 'whip' : 'whep'}/${stream}`;
}

function describe<C extends Connection>(connection: C, message: Describe): Step<C> {
  return [
    connection,
    media({ do: 'describe-session', report: factsOf(connection), replyTo: message.replyTo }),
  ];
}

function listen<C extends Connection>(connection: C, message: Listen): Step<C> {
  if (connection.listeners.length >= MAX_LISTENERS) {
    const detail = `This session has ${MAX_LISTENERS} event streams open already.`;
    return [connection, tell(message.replyTo, refused(429, 'Too many listeners', detail))];
  }
  return [
    { ...connection, listeners: [...connection.listeners, message.listener] },
    watch(message.listener),
    tell(message.replyTo, accepted),
  ];
}

export function forgetListener<C extends Connection>(connection: C, address: Address): C {
  return { ...connection, listeners: connection.listeners.filter(one => !sameActor(one, address)) };
}

export function tellListeners(
  { listeners }: Connection,
  event: SessionEvent['event'],
  data: Record<string, string>,
): readonly Effect[] {
  const message: SessionEvent = { type: 'session-event', event, data };
  return listeners.map(listener => tell(listener, message));
}

/**
 * Trickled candidates are of no use to an ICE-lite agent, which learns addresses from checks; new credentials restart
 * ICE (RFC 9725 section 4.3.3), for which the client must say which ICE session it means.
 */
function trickle<C extends Connection>(connection: C, message: Trickle, self: Self): Step<C> {
  const { open, facts, iceGeneration } = connection;
  const answer = (reply: Refused | Accepted | Restarted): Effect => tell(message.replyTo, reply);
  let fragment: ReturnType<typeof parseFragment>;
  try {
    fragment = parseFragment(message.fragment);
  } catch (error) {
    return [connection, answer(refusedSdp(error))];
  }
  const { ufrag, pwd } = fragment;
  const { ifMatch } = message;
  const { lastRestart, remoteIce } = connection;
  // The request that made the restart, once more; what is trickled afterwards has the new tag, or none.
  if (
    lastRestart !== undefined &&
    ufrag === lastRestart.remote.ufrag &&
    pwd === lastRestart.remote.pwd &&
    ifMatch === lastRestart.ifMatch
  )
    return [connection, answer(lastRestart.answer)];
  // Before the client's answer has come there is no ICE to restart: its candidates have overtaken it.
  const newIce =
    ufrag !== undefined && pwd !== undefined && remoteIce !== undefined && ufrag !== remoteIce.ufrag;
  if (newIce && ifMatch === undefined) {
    const detail = 'An ICE restart needs If-Match: "*" (RFC 9725 section 4.3.1).';
    return [connection, answer(refused(428, 'Precondition required', detail))];
  }
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag(open.session, iceGeneration)) {
    const detail = 'The entity tag is not of the current ICE session.';
    return [connection, answer(refused(412, 'Precondition failed', detail))];
  }
  if (!newIce || ifMatch === undefined) return [connection, answer(accepted)];
  const local = { ...connection.local, ice: makeIceCredentials(self.random) };
  const remote = { ufrag, pwd };
  const restarted: Restarted = {
    type: 'restarted',
    fragment: buildFragment(local, fragment.mid ?? '0'),
    etag: etag(open.session, iceGeneration + 1),
  };
  return [
    {
      ...connection,
      local,
      remoteIce: remote,
      iceGeneration: iceGeneration + 1,
      lastRestart: { remote, ifMatch, answer: restarted },
    },
    media({ do: 'restart-ice', session: open.session, local: local.ice, remote }),
    answer(restarted),
    log(connection, 'ICE restarted', { node: facts.node }),
  ];
}

/** One line in the log; with `event`, also what GET /api/events tells. */
export function log(
  { open }: Connection,
  message: string,
  details: Record<string, string> = {},
  level: 'info' | 'debug' = 'info',
): Effect {
  const entry = { level, message, session: open.session, stream: open.stream, ...details };
  return perform('log', entry);
}

function factsOf(connection: Connection): SessionFacts {
  const { open, state } = connection;
  return {
    session: open.session,
    stream: open.stream,
    role: roleOf(open.session),
    ...(open.uid !== undefined && { uid: open.uid }),
    state,
    explanation: explain(connection),
    createdAt: connection.createdAt,
  };
}

function explain({ state, endReason, facts, open }: Connection): string {
  const reach = facts.candidates.map(({ address, port }) => `${address} port ${port}/udp`).join(', ');
  switch (state) {
    case 'awaiting answer':
      return 'Our offer was sent; the client has not answered it yet.';
    case 'new':
      return `No STUN seen: no connectivity check of the client has reached ${reach}. Is a firewall in the way, or is media.addresses wrong?`;
    case 'checking':
      return open.isPlain === true
        ? 'Connectivity checks arrive, but the client has not answered one of ours, which proves where it is.'
        : 'Connectivity checks arrive, but the client has not started DTLS.';
    case 'handshaking':
      return 'The DTLS handshake has started and is not complete.';
    case 'connected':
      return open.isPlain === true ? 'Connected, without encryption.' : 'Connected.';
    case 'ended':
      return `Ended: ${endReason}.`;
  }
}

/** A strong entity tag for one ICE session (RFC 9725 section 4.3.1), without its quotes. */
function etag(session: string, generation: number): string {
  return `${session.slice(-8)}-${generation}`;
}

function sameActor(a: Address, b: Address): boolean {
  return a.node === b.node && a.path === b.path;
}
