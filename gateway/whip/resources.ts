/** WHIP: publishing over one POST (RFC 9725). */
import type { Publish } from '../../actors/protocol.ts';
import type { Question } from '../asking.ts';
import { demand, userOf } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { problem } from '../http/problem.ts';
import type { Call, Resource } from '../http/resource.ts';
import { openSession } from '../opening.ts';
import { answerOpened, FRAGMENT_TYPE, readSdp, SDP_TYPE, streamOf } from './exchange.ts';
import { sessionMethods } from './session.ts';

export function whipResources(deps: GatewayDeps): readonly Resource[] {
  return [
    {
      path: '/whip/:stream',
      methods: { GET: nothingToGet, POST: call => publish(deps, call) },
      acceptPost: SDP_TYPE,
    },
    { path: '/whip/:stream/:session', methods: sessionMethods(deps, 'push'), acceptPatch: FRAGMENT_TYPE },
  ];
}

/** RFC 9725 section 4.2 reserves GET: it succeeds, without content. */
function nothingToGet({ ctx, params, caller }: Call): void {
  demand(caller, ['publish'], streamOf(params));
  ctx.status = 204;
}

async function publish(deps: GatewayDeps, { ctx, params, caller }: Call): Promise<void> {
  const stream = streamOf(params);
  demand(caller, ['publish'], stream);
  const offer = await readSdp(ctx);
  if (offer === '') throw problem(400, 'The body is empty; it must be an SDP offer.');
  const question: Question<Publish> = { type: 'publish', stream, offer, ...userOf(caller, undefined) };
  const opened = await openSession(deps, question, { ip: ctx.ip, path: ctx.path });
  answerOpened(ctx, opened, `/whip/${stream}/${opened.session}`);
}
