/** GET /api/nodes: the nodes that this one knows of, with the load of their shards. */
import type { LoadedShard } from '../../actors/node/messages.ts';
import type { ShardReport } from '../../actors/protocol.ts';
import type { ClusterReport, NodeReport } from '../../actors/scheduler/messages.ts';
import { askCluster, askLoads, askShards } from '../asking.ts';
import { demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { Resource } from '../http/resource.ts';

export function nodesResource(deps: GatewayDeps): Resource {
  return {
    path: '/api/nodes',
    methods: {
      GET: async ({ ctx, caller }) => {
        demand(caller, ['observe']);
        const [cluster, own, loads] = await Promise.all([askCluster(deps), askShards(deps), askLoads(deps)]);
        const others = cluster?.nodes.filter(({ node }) => node !== deps.node) ?? [];
        const loadsOfOthers = await Promise.all(others.map(other => loadsOf(deps, other)));
        ctx.body = {
          nodes: [
            { ...nodeBody(deps, own, loads), ...drainingOf(deps, cluster) },
            ...others.map((other, i) => otherBody(other, loadsOfOthers[i]!)),
          ],
        };
      },
    },
  };
}

/** Of this node, as the scheduler knows it. */
function drainingOf({ node }: GatewayDeps, cluster: ClusterReport | undefined): object {
  return cluster?.nodes.some(one => one.node === node && one.draining) === true ? { draining: true } : {};
}

/** A node without shards is not asked; one that has just gone has none to tell of. */
async function loadsOf(deps: GatewayDeps, { node, load }: NodeReport): Promise<readonly LoadedShard[]> {
  return load.cores === 0 ? [] : askLoads(deps, node);
}

function nodeBody(
  deps: GatewayDeps,
  reports: readonly (ShardReport | undefined)[],
  loads: readonly LoadedShard[],
): object {
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
    shards: reports.map((report, shard) =>
      shardBody(
        report,
        shard,
        loads.find(load => load.shard === shard),
      ),
    ),
  };
}

/** Another node of the cluster, as it tells the scheduler each second, and its shards as they tell it. */
function otherBody(
  { node, idc, location, roles, load, relay, draining, registeredAt, silentMs }: NodeReport,
  loads: readonly LoadedShard[],
): object {
  const { publishers, viewers, packetsPerSecond } = load;
  return {
    node,
    idc,
    roles,
    publishers,
    viewers,
    packetsPerSecond,
    ...(draining && { draining }),
    location,
    relay,
    registeredAt,
    silentMs,
    shards: loads.map(({ shard, port, publishers, viewers, ...loaded }) => ({
      shard,
      state: 'up',
      port,
      ...counts(publishers, viewers),
      ...loadBody(loaded),
    })),
  };
}

function shardBody(report: ShardReport | undefined, shard: number, load: LoadedShard | undefined): object {
  if (report === undefined) return { shard, state: 'not answering' };
  const { port, publishers, viewers, streams } = report;
  return {
    shard,
    state: 'up',
    port,
    ...counts(publishers, viewers),
    streams: streams.length,
    ...(load !== undefined && loadBody(load)),
  };
}

function counts(publishers: number, viewers: number): object {
  return { sessions: publishers + viewers, publishers, viewers };
}

type Busy = Pick<LoadedShard, 'utilisation' | 'isOverloaded' | 'packetsPerSecond'>;

function loadBody({ utilisation, isOverloaded, packetsPerSecond }: Busy): object {
  return {
    // Percents; more would be noise.
    utilisation: Math.round(utilisation * 100) / 100,
    overloaded: isOverloaded,
    packetsPerSecond,
  };
}
