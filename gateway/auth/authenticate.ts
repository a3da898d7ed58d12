/** From a request to its caller: the bearer token (RFC 6750). */
import type { Context } from 'koa';
import type { GatewayDeps } from '../deps.ts';
import { problem } from '../http/problem.ts';
import { type Caller, EVERYBODY } from './caller.ts';
import { verifyToken } from './token.ts';

/** Throws problem 401 where a secret is configured and the request has no token of it, unless the resource is `open`. */
export async function authenticate(ctx: Context, deps: GatewayDeps, open: boolean): Promise<Caller> {
  const { secrets } = deps.config;
  if (open || secrets.length === 0) return EVERYBODY;
  const token = tokenOf(ctx);
  // RFC 6750 section 3.1: whoever did not try to authenticate is told of no error.
  if (token === undefined) throw unauthorized('A token is needed (Authorization: Bearer TOKEN).', '');
  const verdict = await verifyToken(token, secrets, deps.clock.wallMs());
  if ('caller' in verdict) return verdict.caller;
  throw unauthorized(
    verdict.invalid,
    `, error="invalid_token", error_description="${verdict.invalid.replaceAll(/[^ !#-[\]-~]/g, ' ')}"`,
  );
}

/**
 * From the Authorization header; or from the query of a GET, since a page's EventSource cannot set headers (RFC 6750
 * section 2.3). Queries are never logged.
 */
function tokenOf(ctx: Context): string | undefined {
  const [, header] = /^Bearer +(\S+) *$/i.exec(ctx.get('Authorization')) ?? [];
  if (header !== undefined) return header;
  const { access_token: query } = ctx.query;
  return ctx.method === 'GET' && typeof query === 'string' && query !== '' ? query : undefined;
}

function unauthorized(detail: string, parameters: string): Error {
  return problem(401, detail, { headers: { 'WWW-Authenticate': `Bearer realm="zrtc"${parameters}` } });
}
