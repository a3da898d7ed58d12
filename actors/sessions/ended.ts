/**
 * `ended`: what became of sessions that are gone, for a while: "why did it not connect?" is asked afterwards. Holds
 * their last words only, within limits, and nothing of their media.
 */

import type { SessionFacts } from '../forwarding/commands.ts';
import type { Described, SessionReport } from '../protocol.ts';
import type { Behaviour, Message } from '../runtime/behaviour.ts';
import { tell } from '../runtime/effects.ts';
import { refused } from './connection.ts';
import type { DescribeEnded, Ended } from './ended-messages.ts';

/** A screenful for whoever looks into a morning of trouble, at about 1 kB each. */
const MAX_ENDED = 512;
/** Long enough to copy a session id out of a page and ask. */
const KEEP_MS = 10 * 60_000;

type Entries = readonly { readonly endedAtMs: number; readonly facts: SessionFacts }[];

export const endedSessions: Behaviour<null, Entries, Ended | DescribeEnded> = {
  name: 'ended',
  restart: 'always',
  start: () => [[]],
  receive(entries, message, self) {
    const fresh = entries.filter(entry => self.nowMs - entry.endedAtMs < KEEP_MS);
    switch (message.type) {
      case 'ended':
        return [[...fresh, { endedAtMs: self.nowMs, facts: message.facts }].slice(-MAX_ENDED)];
      case 'describe-ended':
        return [fresh, tell(message.replyTo, find(fresh, message.session))];
      default:
        return [fresh];
    }
  },
};

function find(entries: Entries, session: string): Message {
  const entry = entries.find(({ facts }) => facts.session === session);
  if (entry === undefined) return refused(404, 'No such session', 'It never was, or ended some time ago.');
  const report: SessionReport = { ...entry.facts, tracks: [], counters: {} };
  return { type: 'described', session: report } satisfies Described as Message;
}
