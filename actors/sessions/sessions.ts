/** `pushes` and `pulls`: each supervises the sessions of one role on one shard, and no more of them than it can carry. */

import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { spawn, tell, watch } from '../runtime/effects.ts';
import { refused } from './connection.ts';
import type { OpenSession, SessionArgs, ShardFacts } from './facts.ts';

/** What one core may be asked to hold at all: at 100 kB a session, 1 GB; media limits it long before. */
const MAX_SESSIONS = 10_000;
/** A full shard empties when a class ends, not sooner than this. */
const FULL_RETRY_SECONDS = 10;

interface Sessions {
  readonly facts: ShardFacts;
  readonly living: number;
}

export function sessions(
  name: 'pushes' | 'pulls',
  session: Behaviour<SessionArgs, unknown, never>,
): Behaviour<ShardFacts, Sessions, OpenSession> {
  return {
    name,
    restart: 'always',
    start: facts => [{ facts, living: 0 }],
    receive(state, message, self) {
      switch (message.type) {
        case 'open': {
          if (state.living >= MAX_SESSIONS) {
            const detail = `This shard holds ${MAX_SESSIONS} sessions already.`;
            return [state, tell(message.replyTo, refused(503, 'No room', detail, FULL_RETRY_SECONDS))];
          }
          return [
            { ...state, living: state.living + 1 },
            spawn(message.session, session, { open: message, facts: state.facts }),
            watch(child(self.address, message.session)),
          ];
        }
        case 'down':
          return [{ ...state, living: state.living - 1 }];
        default:
          return [state];
      }
    },
  };
}

function child(parent: Address, name: string): Address {
  return addressOf(parent.node, `${parent.path}/${name}`);
}
