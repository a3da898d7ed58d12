/** /api/sessions/{id}: one session's report, its events, and an administrator's kick. */
import { describe } from '../asking.ts';
import type { Permission } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { EventStreams } from '../http/event-streams.ts';
import type { Resource } from '../http/resource.ts';
import { closeSession } from '../opening.ts';
import { findSession } from '../own-session.ts';
import { streamSessionEvents } from '../session-events.ts';

/** Who may look: its own client, or whoever observes the stream. */
const readers = (own: Permission): readonly Permission[] => [own, 'observe'];
const administrators = (): readonly Permission[] => ['admin'];

export function sessionResources(deps: GatewayDeps, streams: EventStreams): readonly Resource[] {
  return [
    {
      path: '/api/sessions/:session',
      methods: {
        GET: async ({ ctx, params, caller }) => {
          const wanted = { id: params.session ?? '', permissions: readers };
          ctx.body = await describe(deps, await findSession(deps, caller, wanted));
        },
        DELETE: async ({ ctx, params, caller }) => {
          const wanted = { id: params.session ?? '', permissions: administrators };
          await closeSession(deps, await findSession(deps, caller, wanted), 'kicked');
          ctx.status = 204;
        },
      },
    },
    {
      path: '/api/sessions/:session/events',
      methods: {
        GET: async ({ ctx, params, caller }) => {
          const wanted = { id: params.session ?? '', permissions: readers };
          await streamSessionEvents(ctx, deps, streams, await findSession(deps, caller, wanted));
        },
      },
    },
  ];
}
