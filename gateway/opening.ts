/** Opening and closing sessions, the same for all the ways to ask for it. */
import type { Accepted, Close, Opened, Publish, Refused, View } from '../actors/protocol.ts';
import { askEdge, askSession, type Question } from './asking.ts';
import type { GatewayDeps } from './deps.ts';
import type { SessionRef } from './session-ref.ts';

export async function openSession(
  deps: GatewayDeps,
  question: Question<Publish> | Question<View>,
): Promise<Opened | Refused> {
  const { stream, uid } = question;
  const answer = await askEdge(deps, question);
  // What becomes of a session is logged where it lives; of one that never was, only here.
  if (answer.type === 'refused') {
    const { status, title } = answer;
    deps.log.info({ asked: question.type, stream, uid, status, title }, 'session refused');
  }
  return answer;
}

/** `reason` is what the session's client and the log are told. */
export async function closeSession(deps: GatewayDeps, session: SessionRef, reason: string): Promise<void> {
  const question: Question<Close> = { type: 'close', reason };
  await askSession<Accepted>(deps, session, question);
}
