/** GET /api/nodes: the nodes that this one knows of, with the load of their shards. */
import type { ShardReport } from '../../actors/protocol.ts';
import type { NodeReport } from '../../actors/scheduler/messages.ts';
import { askCluster, askShards } from '../asking.ts';
import { demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { Resource } from '../http/resource.ts';

export function nodesResource(deps: GatewayDeps): Resource {
  return {
    path: '/api/nodes',
    methods: {
      GET: async ({ ctx, caller }) => {
        demand(caller, ['observe']);
        const [cluster, own] = await Promise.all([askCluster(deps), askShards(deps)]);
        const others = cluster?.nodes.filter(({ node }) => node !== deps.node) ?? [];
        ctx.body = { nodes: [nodeBody(deps, own), ...others.map(otherBody)] };
      },
    },
  };
}

function nodeBody(deps: GatewayDeps, reports: readonly (ShardReport | undefined)[]): object {
  const { node, idc, roles, version, startedAtMs } = deps;
  const sum = (count: (report: ShardReport) => number) =>
    reports.reduce((total, report) => total + (report === undefined ? 0 : count(report)), 0);
  return {
    node,
    idc,
    roles,
    version,
    startedAt: new Date(startedAtMs).toISOString(),
    uptimeSeconds: Math.floor((deps.clock.wallMs() - startedAtMs) / 1000),
    publishers: sum(report => report.publishers),
    viewers: sum(report => report.viewers),
    shards: reports.map(shardBody),
  };
}

/** Another node of the cluster, as it tells the scheduler each second. */
function otherBody({ node, idc, roles, load, relay, registeredAt, silentMs }: NodeReport): object {
  const { publishers, viewers, packetsPerSecond } = load;
  return {
    node,
    idc,
    roles,
    publishers,
    viewers,
    packetsPerSecond,
    relay,
    registeredAt,
    silentMs,
    shards: [],
  };
}

function shardBody(report: ShardReport | undefined, shard: number): object {
  if (report === undefined) return { shard, state: 'not answering' };
  const { port, publishers, viewers, streams } = report;
  return { shard, state: 'up', port, publishers, viewers, streams: streams.length };
}
