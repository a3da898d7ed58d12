/**
 * The pages for teachers and students, and their assets, served from memory. They are plain files beside this one: no
 * framework and no build step, so what is in public/ is what the browser runs.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type Koa from 'koa';

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** Which page a path shows. The stream's name stays in the address: the page reads it there, nothing is filled in. */
const routes: readonly { readonly path: RegExp; readonly file: string }[] = [
  { path: /^\/$/, file: 'index.html' },
  { path: /^\/publish\/[^/]+$/, file: 'publish.html' },
  { path: /^\/watch\/[^/]+$/, file: 'watch.html' },
];

/** A page for no class in particular: where one is chosen is the first page. */
const incomplete = /^\/(?:publish|watch)\/?$/;

const typeByExtension: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Nothing from elsewhere and nothing inline, so a name or a message that reaches a page cannot run there. Gateways of other
 * sites, whose distance a page measures, are asked over HTTPS alone.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "connect-src 'self' https:",
  'media-src blob: mediastream:',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Permissions-Policy': 'camera=(self), microphone=(self)',
  'X-Content-Type-Options': 'nosniff',
  // A link to a class may carry a token; no other site is to see it.
  'Referrer-Policy': 'no-referrer',
  // The browser asks each time and mostly hears 304: a page never runs beside scripts of another version.
  'Cache-Control': 'no-cache',
};

/**
 * Answers GET and HEAD for `/`, `/publish/{stream}`, `/watch/{stream}` and `/web/…`, and for those who would rather read
 * HTML, as people do, says in HTML that a path is unknown. Leaves all else to the next.
 */
export function pages(): Koa.Middleware {
  const assets = readAssets(new URL('./public/', import.meta.url));
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (incomplete.test(ctx.path)) return ctx.redirect('/');
    const asset = find(assets, ctx.path);
    if (asset !== undefined) return answer(ctx, asset, 200);
    const missing = assets.get('missing.html');
    // Programs that take anything are better off with a problem document.
    if (missing !== undefined && ctx.accepts('json', 'html') === 'html') return answer(ctx, missing, 404);
    return next();
  };
}

function answer(ctx: Koa.Context, { type, etag, body }: Asset, status: 200 | 404): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.type = type;
  if (status === 200) {
    ctx.etag = etag;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
  }
  ctx.body = body;
}

function find(assets: ReadonlyMap<string, Asset>, path: string): Asset | undefined {
  const route = routes.find(candidate => candidate.path.test(path));
  if (route !== undefined) return assets.get(route.file);
  // The pages have addresses of their own, from which they read what they are to show.
  if (!path.startsWith('/web/') || path.endsWith('.html')) return undefined;
  return assets.get(path.slice('/web/'.length));
}

function readAssets(folder: URL): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder)) {
    const type = typeByExtension[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(new URL(name, folder));
    assets.set(name, { type, body, etag: createHash('sha256').update(body).digest('base64url') });
  }
  return assets;
}
