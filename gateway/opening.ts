/** Opening and closing sessions, the same for all the ways to ask for it. */
import type { Accepted, Close, Opened, Publish, Refused, View } from '../actors/protocol.ts';
import type { LandmarkSite } from '../actors/scheduler/messages.ts';
import { type AskingClient, askEdge, askSession, type Question } from './asking.ts';
import type { GatewayDeps } from './deps.ts';
import { refusal } from './http/problem.ts';
import type { SessionRef } from './session-ref.ts';

export interface OpenedAt extends Opened {
  /** What the client may measure, to be sent to a nearer edge the next time. */
  readonly measure?: readonly LandmarkSite[];
}

/** Throws what the edge refuses as a problem; `inItsTerms` says it as the protocol that was asked in has it. */
export async function openSession(
  deps: GatewayDeps,
  question: Question<Publish> | Question<View>,
  client: AskingClient,
  inItsTerms: (refused: Refused) => Refused = refused => refused,
): Promise<OpenedAt> {
  const { type: asked, stream, uid } = question;
  const { answer, measure } = await askEdge(deps, question, client);
  if (answer.type === 'opened') {
    deps.opened.note(answer.session, stream);
    return { ...answer, ...(measure !== undefined && { measure }) };
  }
  const told = inItsTerms(answer);
  // What becomes of a session is logged where it lives; of one that never was, only here. Viewers who wait for a class
  // to begin ask every few seconds, which is no news.
  const level = asked === 'view' && answer.status === 404 ? 'debug' : 'info';
  deps.log[level]({ asked, stream, uid, status: told.status, title: told.title }, 'session refused');
  throw refusal(told);
}

/** `reason` is what the session's client and the log are told. */
export async function closeSession(deps: GatewayDeps, session: SessionRef, reason: string): Promise<void> {
  const question: Question<Close> = { type: 'close', reason };
  await askSession<Accepted>(deps, session, question);
}
