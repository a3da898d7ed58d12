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

/** By session, the one that ended last at the end. Changed in place, as sessions end by the hundred when a class is over. */
type Entries = Map<string, Entry>;

interface Entry {
  readonly endedAtMs: number;
  readonly facts: SessionFacts;
}

export const endedSessions: Behaviour<null, Entries, Ended | DescribeEnded> = {
  name: 'ended',
  restart: 'always',
  start: () => [new Map()],
  receive(entries, message, self) {
    forgetOld(entries, self.nowMs);
    switch (message.type) {
      case 'ended':
        entries.set(message.facts.session, { endedAtMs: self.nowMs, facts: message.facts });
        if (entries.size > MAX_ENDED) entries.delete(entries.keys().next().value!);
        return [entries];
      case 'describe-ended':
        return [entries, tell(message.replyTo, find(entries, message.session))];
      default:
        return [entries];
    }
  },
};

function forgetOld(entries: Entries, nowMs: number): void {
  for (const [session, { endedAtMs }] of entries) {
    if (nowMs - endedAtMs < KEEP_MS) return;
    entries.delete(session);
  }
}

function find(entries: Entries, session: string): Message {
  const entry = entries.get(session);
  if (entry === undefined) return refused(404, 'No such session', 'It never was, or ended some time ago.');
  const report: SessionReport = { ...entry.facts, tracks: [], counters: {} };
  return { type: 'described', session: report } satisfies Described as Message;
}
