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

const typeByExtension: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere and nothing inline, so a name or a message that reaches a page cannot run there. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "connect-src 'self'",
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

/** Answers GET and HEAD for `/`, `/publish/{stream}`, `/watch/{stream}` and `/web/…`; leaves all else to the next. */
export function pages(): Koa.Middleware {
  const assets = readAssets(new URL('./public/', import.meta.url));
  return async (ctx, next) => {
    const asset = ctx.method === 'GET' || ctx.method === 'HEAD' ? find(assets, ctx.path) : undefined;
    if (asset === undefined) return next();
    ctx.status = 200;
    ctx.set(headers);
    ctx.type = asset.type;
    ctx.etag = asset.etag;
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = asset.body;
  };
}

function find(assets: ReadonlyMap<string, Asset>, path: string): Asset | undefined {
  const route = routes.find(candidate => candidate.path.test(path));
  if (route !== undefined) return assets.get(route.file);
  return path.startsWith('/web/') ? assets.get(path.slice('/web/'.length)) : undefined;
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
