/** `pushes` and `pulls`: each supervises the sessions of one role on one shard, and no more of them than it can carry. */

import type { HandOver, ReconnectSession, StopHandOver } from '../node/drain-messages.ts';
import type { Close } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Step } from '../runtime/behaviour.ts';
import { cancel, spawn, tell, timer, watch } from '../runtime/effects.ts';
import { accepted, refused } from './connection.ts';
import type { OpenSession, SessionArgs, ShardFacts } from './facts.ts';

/** What one core may be asked to hold at all: at 100 kB a session, 1 GB; media limits it long before. */
const MAX_SESSIONS = 10_000;
/** A full shard empties when a class ends, not sooner than this. */
const FULL_RETRY_SECONDS = 10;

/** A node that stops is away for as long as its next start takes. */
const STOPPING_RETRY_SECONDS = 2;

/** Sessions that are told to come again are told in parts, so often. */
const HAND_OVER_TICK_MS = 100;
/** What those are told that have stayed until the end of it. */
const DRAINED_REASON = 'the node was drained';

/** Every session is to end, and no more are taken; answered by Accepted when the last one has ended. */
export interface EndSessions {
  readonly type: 'end-sessions';
  /** What their clients and the log are told. */
  readonly reason: string;
  readonly replyTo: Address;
}

interface Sessions {
  readonly facts: ShardFacts;
  /** Their ids. Changed in place: to copy thousands of them for each that joins would cost more than the joining. */
  readonly living: Set<string>;
  /** Who waits for the last one to end, and lets no more in. */
  readonly ending: Address | undefined;
  /** Who is still to be told to come again elsewhere, and how many at a time. */
  readonly handOver: { readonly left: readonly string[]; readonly atOnce: number } | undefined;
}

type SessionsMessage =
  | OpenSession
  | EndSessions
  | HandOver
  | StopHandOver
  | { readonly type: 'hand-over-tick' }
  | { readonly type: 'hand-over-ends' };

export function sessions(
  name: 'pushes' | 'pulls',
  session: Behaviour<SessionArgs, unknown, never>,
): Behaviour<ShardFacts, Sessions, SessionsMessage> {
  return {
    name,
    restart: 'always',
    start: facts => [{ facts, living: new Set(), ending: undefined, handOver: undefined }],
    receive(state, message, self) {
      switch (message.type) {
        case 'open':
          return open(state, message, session, self.address);
        case 'end-sessions':
          return endAll(state, message, self.address);
        case 'hand-over':
          return handOver(state, message, self.address);
        case 'hand-over-tick':
          return tellSome(state, self.address);
        case 'hand-over-ends':
          return handedOver(state, self.address);
        case 'stop-hand-over':
          return [{ ...state, handOver: undefined }, cancel('hand-over'), cancel('hand-over-end')];
        case 'down': {
          state.living.delete(nameIn(message.address));
          const isOver = state.ending !== undefined && state.living.size === 0;
          return isOver ? [state, tell(state.ending, accepted)] : [state];
        }
        default:
          return [state];
      }
    },
  };
}

function open(
  state: Sessions,
  message: OpenSession,
  session: Behaviour<SessionArgs, unknown, never>,
  own: Address,
): Step<Sessions> {
  if (state.ending !== undefined) {
    const detail = 'This node is stopping, and takes nobody any more.';
    return [state, tell(message.replyTo, refused(503, 'Node stopping', detail, STOPPING_RETRY_SECONDS))];
  }
  if (state.living.size >= MAX_SESSIONS) {
    const detail = `This shard holds ${MAX_SESSIONS} sessions already.`;
    return [state, tell(message.replyTo, refused(503, 'No room', detail, FULL_RETRY_SECONDS))];
  }
  state.living.add(message.session);
  return [
    state,
    spawn(message.session, session, { open: message, facts: state.facts }),
    watch(child(own, message.session)),
  ];
}

function endAll(state: Sessions, { reason, replyTo }: EndSessions, own: Address): Step<Sessions> {
  if (state.living.size === 0) return [{ ...state, ending: replyTo }, tell(replyTo, accepted)];
  // With a place for the answer, so that one which ends by itself at this moment is nothing to be warned of.
  const close: Close = { type: 'close', reason, replyTo: own };
  return [{ ...state, ending: replyTo }, ...[...state.living].map(id => tell(child(own, id), close))];
}

function handOver(state: Sessions, { overMs, endAfterMs }: HandOver, own: Address): Step<Sessions> {
  const left = [...state.living];
  const atOnce = Math.ceil((left.length * HAND_OVER_TICK_MS) / overMs);
  const [begun, ...effects] = tellSome({ ...state, handOver: { left, atOnce } }, own);
  return [begun, ...effects, timer('hand-over-end', endAfterMs, { type: 'hand-over-ends' })];
}

function tellSome(state: Sessions, own: Address): Step<Sessions> {
  if (state.handOver === undefined) return [state];
  const { left, atOnce } = state.handOver;
  const reconnect: ReconnectSession = { type: 'reconnect' };
  const told = left.slice(0, atOnce).filter(id => state.living.has(id));
  const rest = left.slice(atOnce);
  return [
    { ...state, handOver: { left: rest, atOnce } },
    ...told.map(id => tell(child(own, id), reconnect)),
    ...(rest.length === 0 ? [] : [timer('hand-over', HAND_OVER_TICK_MS, { type: 'hand-over-tick' })]),
  ];
}

/** Who has not gone by now is not going to: it is ended, which any client notices. */
function handedOver(state: Sessions, own: Address): Step<Sessions> {
  const close: Close = { type: 'close', reason: DRAINED_REASON, replyTo: own };
  return [{ ...state, handOver: undefined }, ...[...state.living].map(id => tell(child(own, id), close))];
}

function child(parent: Address, name: string): Address {
  return addressOf(parent.node, `${parent.path}/${name}`);
}

function nameIn({ path }: Address): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
