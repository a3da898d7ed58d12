/**
 * A resource: a path and what each method does there. One dispatcher gives all of them the same manners: OPTIONS,
 * 405 with Allow, the rate limit, and the caller's token, in this order.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { GatewayDeps } from '../deps.ts';
import { clientOf, isLoopback } from './client-address.ts';
import { allowMethods } from './cors.ts';
import { problem, retryAfter } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';

export interface Call {
  readonly ctx: Context;
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

export interface Resource {
  /** As @koa/router writes it, `/whip/:stream`. */
  readonly path: string;
  /** HEAD is answered by GET's own unless it is named. */
  readonly methods: Readonly<Partial<Record<Method, (call: Call) => Promise<void> | void>>>;
  /** Needs no token, whatever the configuration. */
  readonly open?: true;
  /** The media types that POST and PATCH take, told to OPTIONS (W3C LDP, RFC 5789 section 3.1). */
  readonly acceptPost?: string;
  readonly acceptPatch?: string;
}

export function addResource(router: Router, deps: GatewayDeps, limit: RateLimit, resource: Resource): void {
  const { path, methods } = resource;
  const allowed = [...Object.keys(methods), ...(methods.GET && !methods.HEAD ? ['HEAD'] : []), 'OPTIONS'];
  router.all(path, async ctx => {
    ctx.state.route = path;
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method === 'OPTIONS') return answerOptions(ctx, resource, allowed);
    const handler = methods[ctx.method as Method] ?? (ctx.method === 'HEAD' ? methods.GET : undefined);
    if (handler === undefined) {
      throw problem(405, `This address does not take ${ctx.method}.`, {
        headers: { Allow: allowed.join(', ') },
      });
    }
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') takeTurn(ctx, limit, deps.clock.nowMs());
    const caller = await authenticate(ctx, deps, resource.open === true);
    await handler({ ctx, params: ctx.params, caller });
  });
}

function answerOptions(
  ctx: Context,
  { acceptPost, acceptPatch }: Resource,
  allowed: readonly string[],
): void {
  allowMethods(ctx, allowed);
  ctx.set('Allow', allowed.join(', '));
  if (acceptPost !== undefined) ctx.set('Accept-Post', acceptPost);
  if (acceptPatch !== undefined) ctx.set('Accept-Patch', acceptPatch);
  answerEmpty(ctx, 200);
}

/**
 * Throws problem 429 when the client has asked for too much (RFC 9725 section 5). This machine itself is not counted:
 * what comes from there is a reverse proxy that speaks for everybody, or a load test.
 */
function takeTurn(ctx: Context, limit: RateLimit, nowMs: number): void {
  if (isLoopback(ctx.ip)) return;
  const waitSeconds = limit.take(clientOf(ctx.ip), nowMs);
  if (waitSeconds === 0) return;
  throw problem(429, 'Too many requests from this address.', { headers: retryAfter(waitSeconds) });
}

/** An answer of no content that is not a 204. */
export function answerEmpty(ctx: Context, status: number): void {
  const type = ctx.response.get('Content-Type');
  ctx.body = '';
  if (type === '') ctx.remove('Content-Type');
  ctx.status = status;
}
