/** A session's own events, from the session to its client as Server-Sent Events. */
import type { Context } from 'koa';
import type { Accepted, Listen, SessionEvent } from '../actors/protocol.ts';
import type { Message } from '../actors/runtime/behaviour.ts';
import { askSession, type Question } from './asking.ts';
import type { GatewayDeps } from './deps.ts';
import type { EventStream, EventStreams } from './http/event-streams.ts';
import type { SessionRef } from './session-ref.ts';

export const SESSION_EVENTS: readonly SessionEvent['event'][] = [
  'active',
  'inactive',
  'buffer',
  'reconnect',
  'ended',
];

/** A session says a word or two before its answer is on its way; more than this it never has to say at once. */
const MAX_EARLY_EVENTS = 16;

/**
 * Answers with the events whose names are among `only`, until the session or the client is gone. Throws a problem,
 * as askSession and EventStreams do, as long as the answer has not begun.
 */
export async function streamSessionEvents(
  ctx: Context,
  deps: GatewayDeps,
  streams: EventStreams,
  session: SessionRef,
  only: readonly SessionEvent['event'][] = SESSION_EVENTS,
): Promise<void> {
  let stream: EventStream | undefined;
  const early: SessionEvent[] = [];
  const pass = ({ event, data }: SessionEvent) => {
    if (only.includes(event)) stream?.send(event, data);
    if (event === 'ended') stream?.close();
  };
  const inbox = deps.actors.inbox(message => {
    if (!isSessionEvent(message)) return;
    if (stream !== undefined) pass(message);
    else if (early.length < MAX_EARLY_EVENTS) early.push(message);
  });
  let watch: { cancel(): void } | undefined;
  const leave = () => {
    inbox.close();
    watch?.cancel();
  };
  try {
    const question: Question<Listen> = { type: 'listen', listener: inbox.address };
    await askSession<Accepted>(deps, session, question);
    stream = streams.open(ctx, deps.clock, leave);
  } catch (error) {
    leave();
    throw error;
  }
  for (const event of early) pass(event);
  watch = deps.actors.watch(session.address, () =>
    pass({ type: 'session-event', event: 'ended', data: { reason: 'the session is gone' } }),
  );
}

function isSessionEvent(message: Message): message is SessionEvent {
  return message.type === 'session-event';
}
