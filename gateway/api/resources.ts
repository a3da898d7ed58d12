/** What the dashboard shows: nodes, streams, sessions, and what changes. */
import type { GatewayDeps } from '../deps.ts';
import { whereResource } from '../geo/resource.ts';
import type { EventStreams } from '../http/event-streams.ts';
import type { Resource } from '../http/resource.ts';
import { drainResource } from './drain.ts';
import { nodeEventsResource } from './events.ts';
import { healthResources } from './health.ts';
import { nodesResource } from './nodes.ts';
import { sessionResources } from './sessions.ts';
import { streamResources } from './streams.ts';

export function apiResources(deps: GatewayDeps, streams: EventStreams): readonly Resource[] {
  return [
    nodesResource(deps),
    drainResource(deps),
    whereResource(deps),
    ...streamResources(deps),
    ...sessionResources(deps, streams),
    nodeEventsResource(deps, streams),
    ...healthResources(deps),
  ];
}
