/** GET /api/streams and /api/streams/{id}: what is live on this node, as its shards report it. */
import type { ShardReport, StreamReport } from '../../actors/protocol.ts';
import type { StreamRoutes } from '../../actors/scheduler/messages.ts';
import { askCluster, askShards, schedulerAway } from '../asking.ts';
import { coversStream, demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { problem } from '../http/problem.ts';
import type { Resource } from '../http/resource.ts';
import { streamOf } from '../whip/exchange.ts';

export function streamResources(deps: GatewayDeps): readonly Resource[] {
  return [
    {
      path: '/api/streams',
      methods: {
        GET: async ({ ctx, caller }) => {
          demand(caller, ['observe']);
          const { streams } = await streamsOf(deps);
          ctx.body = { streams: streams.filter(({ stream }) => coversStream(caller, stream)) };
        },
      },
    },
    {
      path: '/api/streams/:stream',
      methods: {
        GET: async ({ ctx, params, caller }) => {
          const id = streamOf(params);
          demand(caller, ['observe'], id);
          const { streams, isAll } = await streamsOf(deps, id);
          const found = streams.find(({ stream }) => stream === id);
          if (!found && !isAll) throw schedulerAway();
          if (!found) throw problem(404, `Nobody here has stream ${id}.`, { title: 'No such stream' });
          ctx.body = found;
        },
      },
    },
  ];
}

/** Of this node; in a cluster, of all nodes, with the routes that streams take. `detailed` is asked for at its origin. */
async function streamsOf(
  deps: GatewayDeps,
  detailed?: string,
): Promise<{
  readonly streams: readonly (StreamReport | RoutedStream)[];
  /** Not while the scheduler of a cluster is away: then they are this node's own. */
  readonly isAll: boolean;
}> {
  const cluster = await askCluster(deps);
  if (cluster === undefined)
    return { streams: mergeStreams(await askShards(deps)), isAll: deps.scheduler === undefined };
  const streams = await Promise.all(
    cluster.streams.map(async routed => {
      const { stream, origin } = routed;
      const at = cluster.nodes.find(({ node }) => node === origin);
      const viewers = routed.nodes.reduce((sum, holder) => sum + holder.viewers, 0);
      if (stream !== detailed || at === undefined) return { ...routed, viewers };
      const reports = mergeStreams(await askShards(deps, at.node, at.load.cores));
      return { ...reports.find(report => report.stream === stream), ...routed, viewers };
    }),
  );
  return { streams, isAll: true };
}

interface RoutedStream extends StreamRoutes {
  readonly viewers: number;
}

/**
 * One report a stream, by name. A stream is on the shard of its publisher and, as a replica, on each that has viewers:
 * the viewers are added up, and the rest is told by the shard that knows most, the publisher's.
 */
export function mergeStreams(reports: readonly (ShardReport | undefined)[]): readonly StreamReport[] {
  const merged = new Map<string, StreamReport>();
  for (const report of reports.flatMap(shard => shard?.streams ?? [])) {
    const known = merged.get(report.stream);
    const main = known === undefined || knowsMore(report, known) ? report : known;
    merged.set(report.stream, { ...main, viewers: report.viewers + (known?.viewers ?? 0) });
  }
  return [...merged.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

function knowsMore(one: StreamReport, other: StreamReport): boolean {
  if (one.epoch !== other.epoch) return one.epoch > other.epoch;
  if ((one.publisher === undefined) !== (other.publisher === undefined)) return one.publisher !== undefined;
  return one.live && !other.live;
}
