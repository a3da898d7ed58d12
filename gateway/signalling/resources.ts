/** The four calls in JSON: push, pull, sendanswer, stop. */
import type { Context } from 'koa';
import type { Accepted, Publish, SendAnswer, View } from '../../actors/protocol.ts';
import { type AskingClient, askSession, type Question } from '../asking.ts';
import { demand, userOf } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { readJson } from '../http/body.ts';
import {
  body,
  encryptionField,
  measuredField,
  sdpField,
  sessionField,
  streamField,
  uidField,
} from '../http/fields.ts';
import { problem } from '../http/problem.ts';
import type { Call, Resource } from '../http/resource.ts';
import { closeSession, type OpenedAt, openSession } from '../opening.ts';
import { findSession, ownerOrAdmin } from '../own-session.ts';

const pushBody = body({
  stream: streamField,
  uid: uidField.optional(),
  sdp: sdpField,
  measured: measuredField.optional(),
});
const pullBody = body({
  stream: streamField,
  uid: uidField.optional(),
  encryption: encryptionField.optional(),
  measured: measuredField.optional(),
});
const answerBody = body({ session: sessionField, sdp: sdpField });
const stopBody = body({ session: sessionField });

export function signallingResources(deps: GatewayDeps): readonly Resource[] {
  const post = (path: string, handler: (call: Call) => Promise<void>): Resource => ({
    path,
    methods: { POST: handler },
    acceptPost: 'application/json',
  });
  return [
    post('/signaling/push', call => push(deps, call)),
    post('/signaling/pull', call => pull(deps, call)),
    post('/signaling/sendanswer', call => sendAnswer(deps, call)),
    post('/signaling/stop', call => stop(deps, call)),
  ];
}

async function push(deps: GatewayDeps, { ctx, caller }: Call): Promise<void> {
  const { stream, uid, sdp, measured } = await readJson(ctx, pushBody);
  demand(caller, ['publish'], stream);
  const question: Question<Publish> = { type: 'publish', stream, offer: sdp, ...userOf(caller, uid) };
  ctx.body = openedBody(await openSession(deps, question, askingClient(ctx, measured)));
}

async function pull(deps: GatewayDeps, { ctx, caller }: Call): Promise<void> {
  const { stream, uid, encryption = true, measured } = await readJson(ctx, pullBody);
  demand(caller, ['view'], stream);
  // Pages of browsers say where they are from; nobody else does.
  if (!encryption && ctx.get('Origin') !== '') {
    throw problem(403, 'Browsers take encrypted media only (RFC 8827), so "encryption" cannot be false.', {
      title: 'Encryption required',
    });
  }
  const question: Question<View> = {
    type: 'view',
    stream,
    ...userOf(caller, uid),
    ...(!encryption && { isPlain: true }),
  };
  ctx.body = openedBody(await openSession(deps, question, askingClient(ctx, measured)));
}

function askingClient({ ip }: Context, measured: AskingClient['measured']): AskingClient {
  return { ip, ...(measured !== undefined && { measured }) };
}

async function sendAnswer(deps: GatewayDeps, { ctx, caller }: Call): Promise<void> {
  const { session: id, sdp } = await readJson(ctx, answerBody);
  const session = await findSession(deps, caller, { id, permissions: ownerOrAdmin });
  const question: Question<SendAnswer> = { type: 'send-answer', sdp };
  await askSession<Accepted>(deps, session, question);
  ctx.status = 204;
}

async function stop(deps: GatewayDeps, { ctx, caller }: Call): Promise<void> {
  const { session: id } = await readJson(ctx, stopBody);
  const session = await findSession(deps, caller, { id, permissions: ownerOrAdmin });
  await closeSession(deps, session, 'its client stopped it');
  ctx.status = 204;
}

function openedBody({ session, sdpType, sdp, edge, measure }: OpenedAt): object {
  // What another node says of its gateway may be no address.
  const sites = measure?.flatMap(({ site, url }) => {
    const live = URL.parse('/live', url);
    return live === null ? [] : [{ site, url: live.href }];
  });
  return { session, type: sdpType, sdp, edge, ...(sites !== undefined && { measure: sites }) };
}
