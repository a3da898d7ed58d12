/** WHEP: viewing over one POST (draft-ietf-wish-whep-03), with the offer from the client or from us. */
import type { Context } from 'koa';
import type { Refused, View } from '../../actors/protocol.ts';
import { refusedSdp } from '../../actors/sessions/connection.ts';
import { parseSession } from '../../transports/sdp/session.ts';
import type { Question } from '../asking.ts';
import { demand, userOf } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { EventStreams } from '../http/event-streams.ts';
import { answerEmpty, type Call, type Resource } from '../http/resource.ts';
import { openSession } from '../opening.ts';
import { answerOpened, FRAGMENT_TYPE, readSdp, SDP_TYPE, streamOf } from '../whip/exchange.ts';
import { sessionMethods } from '../whip/session.ts';
import { WHEP_EVENTS, whepEventsResource } from './events.ts';

/** When a viewer who came too early should ask again, if the edge did not say. */
const NOT_LIVE_RETRY_SECONDS = 2;

export function whepResources(deps: GatewayDeps, streams: EventStreams): readonly Resource[] {
  return [
    {
      path: '/whep/:stream',
      methods: { GET: discover, POST: call => view(deps, call) },
      acceptPost: SDP_TYPE,
    },
    {
      path: '/whep/:stream/:session',
      methods: sessionMethods(deps, 'pull'),
      acceptPatch: `${FRAGMENT_TYPE}, ${SDP_TYPE}`,
    },
    whepEventsResource(deps, streams),
  ];
}

/** HEAD tells by its type that this is a WHEP endpoint; GET says the same, and neither has content. */
function discover({ ctx, params, caller }: Call): void {
  demand(caller, ['view'], streamOf(params));
  ctx.set('Content-Type', SDP_TYPE);
  answerEmpty(ctx, 200);
}

async function view(deps: GatewayDeps, { ctx, params, caller }: Call): Promise<void> {
  const stream = streamOf(params);
  demand(caller, ['view'], stream);
  const offer = await readSdp(ctx);
  const question: Question<View> = {
    type: 'view',
    stream,
    ...(offer !== '' && { offer }),
    ...userOf(caller, undefined),
  };
  const opened = await openSession(deps, question, { ip: ctx.ip, path: ctx.path }, refused =>
    notLiveAsConflict(refused, offer),
  );
  const location = `/whep/${stream}/${opened.session}`;
  answerOpened(ctx, opened, location);
  linkEvents(ctx, location);
}

/**
 * A stream that is not live conflicts with the request, says WHEP, where our own signalling does not find it. An offer
 * that can never be answered is told so at once: whoever sent it would wait for the stream in vain.
 */
function notLiveAsConflict(refused: Refused, offer: string): Refused {
  if (refused.status !== 404) return refused;
  const malformed = offer === '' ? undefined : malformedIn(offer);
  if (malformed !== undefined) return malformed;
  return { retryAfterSeconds: NOT_LIVE_RETRY_SECONDS, ...refused, status: 409 };
}

function malformedIn(offer: string): Refused | undefined {
  try {
    parseSession(offer);
    return undefined;
  } catch (error) {
    return refusedSdp(error);
  }
}

function linkEvents(ctx: Context, location: string): void {
  const rel = 'urn:ietf:params:whep:ext:core:server-sent-events';
  ctx.append('Link', `<${location}/events>; rel="${rel}"; events="${WHEP_EVENTS.join(',')}"`);
}
