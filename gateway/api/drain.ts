/** /api/nodes/{node}/drain: POST empties a node of the cluster, DELETE takes it in again. */
import type { DrainNode, UndrainNode } from '../../actors/node/drain-messages.ts';
import type { Accepted } from '../../actors/protocol.ts';
import { addressOf } from '../../actors/runtime/address.ts';
import type { Question } from '../asking.ts';
import { demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { problem } from '../http/problem.ts';
import type { Call, Resource } from '../http/resource.ts';

/** The node does no more than to pass it on. */
const TIMEOUT_MS = 2_000;

export function drainResource(deps: GatewayDeps): Resource {
  return {
    path: '/api/nodes/:node/drain',
    methods: {
      POST: call => turn(deps, call, { type: 'drain' }),
      DELETE: call => turn(deps, call, { type: 'undrain' }),
    },
  };
}

async function turn(
  deps: GatewayDeps,
  { ctx, params, caller }: Call,
  question: Question<DrainNode> | Question<UndrainNode>,
): Promise<void> {
  // An administrator's, and of all streams: a node has any.
  demand(caller, []);
  if (caller.streams !== '*') throw problem(403, 'The token must be for all streams.');
  const node = params.node ?? '';
  await deps.actors.ask<Accepted>(addressOf(node, '/drain'), question, TIMEOUT_MS).catch((error: unknown) => {
    const { name } = error as Error;
    if (name === 'AskTimeout') throw problem(504, `${node} did not answer in time.`, { title: 'No answer' });
    if (name !== 'NotReachable') throw error;
    throw problem(404, `There is no node ${node} in a cluster with this one.`, { title: 'No such node' });
  });
  ctx.status = 204;
}
