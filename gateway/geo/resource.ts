/** GET /api/where: where the node takes the client of an address to be, and so which edges are near it. */
import { isIP } from 'node:net';
import { demand } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { problem } from '../http/problem.ts';
import type { Resource } from '../http/resource.ts';

export function whereResource(deps: GatewayDeps): Resource {
  return {
    path: '/api/where',
    methods: {
      GET: ({ ctx, caller }) => {
        demand(caller, ['observe']);
        const { ip = ctx.ip } = ctx.query;
        if (typeof ip !== 'string' || isIP(ip) === 0) throw problem(400, 'ip must be one IP address.');
        const location = deps.locate(ip);
        ctx.body = { ip, known: location !== undefined, ...location };
      },
    },
  };
}
