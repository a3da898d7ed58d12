/** GET /metrics. */
import type { Registry } from 'prom-client';
import { askLoads, askShards } from '../asking.ts';
import { demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import type { Resource } from '../http/resource.ts';
import { shardMetrics } from './shard-metrics.ts';

export function metricsResource(deps: GatewayDeps, registry: Registry): Resource {
  return {
    path: '/metrics',
    methods: {
      GET: async ({ ctx, caller }) => {
        demand(caller, ['observe']);
        const [own, reports, loads] = await Promise.all([
          registry.metrics(),
          askShards(deps),
          askLoads(deps),
        ]);
        ctx.set('Content-Type', registry.contentType);
        ctx.body = `${own}\n${shardMetrics(reports, loads)}`;
      },
    },
  };
}
