/**
 * Which pages may call, and what they may see (Cross-Origin Resource Sharing, the Fetch standard). A node without a
 * secret lets everybody in who reaches it, and every page that is open in a browser on its machine reaches loopback: so
 * it answers only to the names of that machine, and only pages of that machine may change anything.
 */
import type { Context, Middleware } from 'koa';
import { isLoopback } from '../../actors/config/schema.ts';
import type { GatewayConfig } from '../deps.ts';
import { problem } from './problem.ts';

/** What a WHIP or WHEP player in a page has to read of an answer (RFC 9725 section 4). */
const EXPOSED = 'Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After, WWW-Authenticate';
const ALLOWED = 'Authorization, Content-Type, If-Match';

/** Browsers ask again after this long; they cap it themselves (Chromium at two hours). */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** Before all that answers: also what nobody answers is read by the page that asked. */
export function crossOrigin({ secrets, corsOrigins }: GatewayConfig): Middleware {
  const needsToken = secrets.length > 0;
  const isAllowed = (origin: string) =>
    (corsOrigins !== '*' && corsOrigins.includes(origin)) || (!needsToken && isOfThisMachine(origin));
  return (ctx, next) => {
    const origin = ctx.get('Origin');
    if (!needsToken) refuseOtherNames(ctx);
    if (needsToken && corsOrigins === '*') {
      allowOrigin(ctx, '*');
    } else {
      ctx.vary('Origin');
      if (isAllowed(origin)) allowOrigin(ctx, origin);
      else if (!needsToken && origin !== '' && changesSomething(ctx.method)) throw foreignOrigin(origin);
    }
    return next();
  };
}

/** What an OPTIONS request is told besides, whether or not it is a preflight. */
export function allowMethods(ctx: Context, methods: readonly string[]): void {
  ctx.set('Access-Control-Allow-Methods', methods.join(', '));
  ctx.set('Access-Control-Allow-Headers', ALLOWED);
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_SECONDS));
}

/** Lets the calling page read the answer. Credentials are never allowed: a token is sent by the page's own script. */
function allowOrigin(ctx: Context, origin: string): void {
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', EXPOSED);
}

/** A name that somebody else's DNS points at 127.0.0.1 makes their page look like ours (DNS rebinding). */
function refuseOtherNames(ctx: Context): void {
  const { host } = ctx.req.headers;
  // HTTP/1.0 has no Host, and browsers do not speak it.
  if (host === undefined || isOwnName(host) || isOfThisMachine(`http://${host}`)) return;
  const detail = `This node has no auth.secret, and so answers only as localhost, 127.0.0.1 or [::1], not as ${host}.`;
  throw problem(421, detail);
}

/** As clients nearly always write it, which spares most requests the parsing of a URL. */
function isOwnName(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/.test(host);
}

function isOfThisMachine(origin: string): boolean {
  const hostname = URL.parse(origin)?.hostname.replace(/^\[(.*)\]$/, '$1');
  return hostname !== undefined && isLoopback(hostname);
}

function changesSomething(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function foreignOrigin(origin: string): Error {
  const detail = `This node has no auth.secret, and so takes calls only from pages of this machine, not of ${origin}.`;
  return problem(403, detail, { title: 'Foreign origin' });
}
