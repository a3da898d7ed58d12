/** /live and /ready: what a load balancer or an orchestrator asks. Both are open, and say nothing that is secret. */
import { askShards } from '../asking.ts';
import type { GatewayDeps } from '../deps.ts';
import { problem, retryAfter } from '../http/problem.ts';
import type { Resource } from '../http/resource.ts';

/** A shard that crashed is back within a second. */
const READY_RETRY_SECONDS = 1;

export function healthResources(deps: GatewayDeps): readonly Resource[] {
  const { node, version } = deps;
  return [
    {
      path: '/live',
      open: true,
      // Depends on nothing: to be restarted helps only a process that cannot answer even this.
      methods: {
        GET: ({ ctx }) => {
          ctx.body = { status: 'live', node, version };
        },
      },
    },
    {
      path: '/ready',
      open: true,
      methods: {
        GET: async ({ ctx }) => {
          const silent = (await askShards(deps)).flatMap((report, shard) => (report ? [] : [shard]));
          if (silent.length > 0) {
            const detail = `No answer within a second from core shard ${silent.join(', ')} of ${deps.shards}.`;
            throw problem(503, detail, { title: 'Not ready', headers: retryAfter(READY_RETRY_SECONDS) });
          }
          ctx.body = { status: 'ready', node, version, shards: deps.shards };
        },
      },
    },
  ];
}
