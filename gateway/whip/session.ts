/** A WHIP or WHEP session's own URL: PATCH for ICE (and WHEP's answer), DELETE to end it, GET for nothing. */
import type { Accepted, Restarted, SendAnswer, Trickle } from '../../actors/protocol.ts';
import { askSession, describeLiving, type Question } from '../asking.ts';
import type { GatewayDeps } from '../deps.ts';
import { mediaType, readText } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import { answerEmpty, type Call, type Resource } from '../http/resource.ts';
import { closeSession } from '../opening.ts';
import { findSession, ownerOrAdmin } from '../own-session.ts';
import type { SessionRef } from '../session-ref.ts';
import { FRAGMENT_TYPE, SDP_TYPE, streamOf } from './exchange.ts';
import { parseIfMatch } from './if-match.ts';

export function sessionMethods(deps: GatewayDeps, role: SessionRef['role']): Resource['methods'] {
  const find = ({ caller, params }: Call) =>
    findSession(deps, caller, {
      id: params.session ?? '',
      stream: streamOf(params),
      role,
      permissions: ownerOrAdmin,
    });
  return {
    GET: async call => {
      // Succeeds without content (RFC 9725 section 4.2), as long as there is a session.
      await describeLiving(deps, await find(call));
      call.ctx.status = 204;
    },
    PATCH: async call => patch(deps, call, await find(call)),
    // If-Match is for ICE sessions, and MUST be ignored here (RFC 9725 section 4.3.1).
    DELETE: async call => {
      await closeSession(deps, await find(call), 'its client deleted it');
      answerEmpty(call.ctx, 200);
    },
  };
}

async function patch(deps: GatewayDeps, call: Call, session: SessionRef): Promise<void> {
  const type = mediaType(call.ctx);
  if (type === FRAGMENT_TYPE) return trickle(deps, call, session);
  if (type === SDP_TYPE && session.role === 'pull') return sendAnswer(deps, call, session);
  const types = session.role === 'pull' ? [FRAGMENT_TYPE, SDP_TYPE] : [FRAGMENT_TYPE];
  // RFC 5789 section 3.1 asks for Accept-Patch on this refusal.
  throw problem(415, `The Content-Type must be ${types.join(' or ')}.`, {
    headers: { 'Accept-Patch': types.join(', ') },
  });
}

/** Candidates are taken with 204 and no entity tag; a restart of ICE is answered with ours and the new tag. */
async function trickle(deps: GatewayDeps, { ctx }: Call, session: SessionRef): Promise<void> {
  const ifMatch = parseIfMatch(ctx.get('If-Match'));
  if (ifMatch === 'several') throw problem(400, 'If-Match must name one entity tag, or be *.');
  const fragment = await readText(ctx);
  if (fragment === '') throw problem(400, 'The body is empty; it must be an SDP fragment.');
  const question: Question<Trickle> = { type: 'trickle', fragment, ...ifMatch };
  const answer = await askSession<Accepted | Restarted>(deps, session, question);
  if (answer.type === 'accepted') {
    ctx.status = 204;
    return;
  }
  ctx.set({ ETag: `"${answer.etag}"`, 'Content-Type': FRAGMENT_TYPE });
  ctx.body = answer.fragment;
}

/** The viewer's answer to our counter-offer. */
async function sendAnswer(deps: GatewayDeps, { ctx }: Call, session: SessionRef): Promise<void> {
  const sdp = await readText(ctx);
  if (sdp === '') throw problem(400, 'The body is empty; it must be an SDP answer.');
  const question: Question<SendAnswer> = { type: 'send-answer', sdp };
  await askSession<Accepted>(deps, session, question);
  ctx.status = 204;
}
