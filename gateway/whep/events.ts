/** WHEP's Server-Sent Events extension (webrtc-http-egress-events): POST names the events, GET streams them. */
import { z } from 'zod';
import { describeLiving } from '../asking.ts';
import type { GatewayDeps } from '../deps.ts';
import { mediaType, readJson, readText } from '../http/body.ts';
import type { EventStreams } from '../http/event-streams.ts';
import { answerEmpty, type Call, type Resource } from '../http/resource.ts';
import { findSession, ownerOrAdmin } from '../own-session.ts';
import { SESSION_EVENTS, streamSessionEvents } from '../session-events.ts';
import { streamOf } from '../whip/exchange.ts';

/** The extension's own events among those that our sessions have; `buffer` and `ended` are ours, for those who name none. */
export const WHEP_EVENTS = ['active', 'inactive', 'reconnect'] as const;

/** Names that we do not know are skipped: a player asks for all that it understands. */
const MAX_NAMES = 64;
const namesBody = z.array(z.string(), { error: 'must be a JSON array of event names' }).max(MAX_NAMES);

export function whepEventsResource(deps: GatewayDeps, streams: EventStreams): Resource {
  const find = ({ caller, params }: Call) =>
    findSession(deps, caller, {
      id: params.session ?? '',
      stream: streamOf(params),
      role: 'pull',
      permissions: ownerOrAdmin,
    });
  return {
    path: '/whep/:stream/:session/events',
    methods: {
      GET: async call => {
        const session = await find(call);
        const only = call.ctx.query.only;
        const wanted = typeof only === 'string' ? only.split(',') : SESSION_EVENTS;
        const names = SESSION_EVENTS.filter(name => wanted.includes(name));
        await streamSessionEvents(call.ctx, deps, streams, session, names);
      },
      POST: async call => {
        const session = await find(call);
        const names = await readNames(call);
        // Only a session that is there can be listened to; nothing is made until somebody comes to listen.
        await describeLiving(deps, session);
        const location = `/whep/${streamOf(call.params)}/${session.id}/events`;
        call.ctx.set('Location', names === undefined ? location : `${location}?only=${names.join(',')}`);
        answerEmpty(call.ctx, 201);
      },
    },
    acceptPost: 'application/json',
  };
}

/** The names that the body lists and we know, or undefined when there is no body. */
async function readNames({ ctx }: Call): Promise<readonly string[] | undefined> {
  if (mediaType(ctx) === '' && (await readText(ctx)) === '') return undefined;
  const names = await readJson(ctx, namesBody);
  return WHEP_EVENTS.filter(name => names.includes(name));
}
