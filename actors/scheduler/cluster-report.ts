/** What the scheduler tells of the cluster: the nodes, and for each stream the tree that it takes. Pure. */
import type { ClusterReport, NodeReport, StreamHolder, StreamRoutes } from './messages.ts';
import type { NodeEntry, Registry } from './registry.ts';

export function reportCluster(
  nowMs: number,
  registry: Registry,
  counters: Readonly<Record<string, number>>,
): ClusterReport {
  return {
    type: 'cluster-report',
    nodes: [...registry.nodes]
      .map(entry => reportNode(nowMs, entry))
      .sort((a, b) => (a.node < b.node ? -1 : 1)),
    streams: registry.streams.names.map(stream => reportStream(registry, stream)),
    counters: { ...counters },
  };
}

function reportNode(nowMs: number, entry: NodeEntry): NodeReport {
  const { node, idc, location, roles, load, relay, registeredAtWallMs, heardAtMs } = entry;
  return {
    node,
    idc,
    roles,
    load,
    ...(location !== undefined && { location }),
    ...(relay !== undefined && { relay }),
    draining: entry.isDraining,
    registeredAt: new Date(registeredAtWallMs).toISOString(),
    silentMs: Math.round(nowMs - heardAtMs),
  };
}

function reportStream({ streams }: Registry, stream: string): StreamRoutes {
  const holders = streams.holders(stream);
  const origin = streams.origin(stream);
  const nodes = holders.map(({ epoch: _, ...holder }): StreamHolder => holder);
  const parents = new Map(nodes.map(({ node, parent }) => [node, parent]));
  return {
    stream,
    live: origin !== undefined,
    ...(origin !== undefined && { origin: origin.node }),
    epoch: origin?.epoch ?? holders.reduce((newest, { epoch }) => Math.max(newest, epoch), 0),
    nodes,
    routes: nodes.map(({ node }) => routeOf(node, parents)),
  };
}

/** From the top down to `node`, by what the nodes announce; a way that is a loop for the moment is told up to itself. */
function routeOf(node: string, parents: ReadonlyMap<string, string | undefined>): readonly string[] {
  const route = [node];
  for (let above = parents.get(node); above !== undefined; above = parents.get(above)) {
    if (route.includes(above)) break;
    route.unshift(above);
  }
  return route;
}
