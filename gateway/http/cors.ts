/** Cross-Origin Resource Sharing: which pages of other origins may call, and what they may see (the Fetch standard). */
import type { Context } from 'koa';
import type { GatewayConfig } from '../deps.ts';

/** What a WHIP or WHEP player in a page has to read of an answer (RFC 9725 section 4). */
const EXPOSED = 'Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After, WWW-Authenticate';
const ALLOWED = 'Authorization, Content-Type, If-Match';

/** Browsers ask again after this long; they cap it themselves (Chromium at two hours). */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** Lets the calling page read the answer. Credentials are never allowed: a token is sent by the page's own script. */
export function allowOrigin(ctx: Context, corsOrigins: GatewayConfig['corsOrigins']): void {
  if (corsOrigins === '*') {
    ctx.set('Access-Control-Allow-Origin', '*');
  } else {
    ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (!corsOrigins.includes(origin)) return;
    ctx.set('Access-Control-Allow-Origin', origin);
  }
  ctx.set('Access-Control-Expose-Headers', EXPOSED);
}

/** What an OPTIONS request is told besides, whether or not it is a preflight. */
export function allowMethods(ctx: Context, methods: readonly string[]): void {
  ctx.set('Access-Control-Allow-Methods', methods.join(', '));
  ctx.set('Access-Control-Allow-Headers', ALLOWED);
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_SECONDS));
}
