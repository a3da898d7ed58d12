/** GET /api/events: what comes and goes on this node, as Server-Sent Events. */
import { coversStream, demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { EventStreams } from '../http/event-streams.ts';
import type { Resource } from '../http/resource.ts';

export function nodeEventsResource(deps: GatewayDeps, streams: EventStreams): Resource {
  return {
    path: '/api/events',
    methods: {
      GET: ({ ctx, caller }) => {
        demand(caller, ['observe']);
        let unsubscribe: (() => void) | undefined;
        const stream = streams.open(ctx, deps.clock, () => unsubscribe?.());
        unsubscribe = deps.events.subscribe(({ event, stream: about, data }) => {
          if (about === undefined || coversStream(caller, about)) {
            stream.send(event, about === undefined ? data : { stream: about, ...data });
          }
        });
      },
    },
  };
}
