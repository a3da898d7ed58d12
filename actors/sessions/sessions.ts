/** `pushes` and `pulls`: each supervises the sessions of one role on one shard, and no more of them than it can carry. */

import type { Close } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Step } from '../runtime/behaviour.ts';
import { spawn, tell, watch } from '../runtime/effects.ts';
import { accepted, refused } from './connection.ts';
import type { OpenSession, SessionArgs, ShardFacts } from './facts.ts';

/** What one core may be asked to hold at all: at 100 kB a session, 1 GB; media limits it long before. */
const MAX_SESSIONS = 10_000;
/** A full shard empties when a class ends, not sooner than this. */
const FULL_RETRY_SECONDS = 10;

/** A node that stops is away for as long as its next start takes. */
const STOPPING_RETRY_SECONDS = 2;

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
}

export function sessions(
  name: 'pushes' | 'pulls',
  session: Behaviour<SessionArgs, unknown, never>,
): Behaviour<ShardFacts, Sessions, OpenSession | EndSessions> {
  return {
    name,
    restart: 'always',
    start: facts => [{ facts, living: new Set(), ending: undefined }],
    receive(state, message, self) {
      switch (message.type) {
        case 'open':
          return open(state, message, session, self.address);
        case 'end-sessions':
          return endAll(state, message, self.address);
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

function child(parent: Address, name: string): Address {
  return addressOf(parent.node, `${parent.path}/${name}`);
}

function nameIn({ path }: Address): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
