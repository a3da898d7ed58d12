import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import Koa from 'koa';
import { pages } from '../../../gateway/web/pages.ts';

const app = new Koa();
app.use(pages());
app.use(ctx => {
  ctx.status = 418;
});
const server = createServer(app.callback());

test.before(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
test.after.always(() => void server.close());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
}

/** Without this, Node's fetch asks for a full answer whenever it is given a condition. */
const asBrowsersDo = { 'Cache-Control': 'max-age=0' };

const expected = [
  { path: '/', type: 'text/html; charset=utf-8', words: 'Which class?' },
  { path: '/publish/math-101', type: 'text/html; charset=utf-8', words: 'Turn camera off' },
  { path: '/publish/a%2Fb%20c', type: 'text/html; charset=utf-8', words: 'Turn camera off' },
  { path: '/watch/math-101?via=whep', type: 'text/html; charset=utf-8', words: 'Full screen' },
  { path: '/web/watch.js', type: 'text/javascript; charset=utf-8', words: 'watchFigures' },
  { path: '/web/style.css', type: 'text/css; charset=utf-8', words: 'prefers-color-scheme' },
  { path: '/web/icon.svg', type: 'image/svg+xml', words: '<svg' },
];

for (const { path, type, words } of expected) {
  test(`${path} is there, with its type`, async t => {
    const response = await ask(path);
    t.is(response.status, 200);
    t.is(response.headers.get('content-type'), type);
    t.true((await response.text()).includes(words));
  });
}

test('every answer carries the headers that keep strangers out', async t => {
  for (const { path } of expected) {
    const { headers } = await ask(path);
    const policy = (headers.get('content-security-policy') ?? '').split('; ');
    t.true(policy.includes("default-src 'self'"));
    t.true(policy.includes("connect-src 'self' https:"));
    t.true(policy.includes('media-src blob: mediastream:'));
    t.false(policy.join().includes('unsafe'));
    t.is(headers.get('permissions-policy'), 'camera=(self), microphone=(self)');
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.is(headers.get('referrer-policy'), 'no-referrer');
    t.is(headers.get('cache-control'), 'no-cache');
  }
});

test('what the browser has already is not sent again', async t => {
  const etag = (await ask('/watch/math-101')).headers.get('etag') ?? '';
  const again = await ask('/watch/math-101', { headers: { 'If-None-Match': etag, ...asBrowsersDo } });
  t.is(again.status, 304);
  t.is(await again.text(), '');
  const changed = await ask('/watch/math-101', {
    headers: { 'If-None-Match': '"another"', ...asBrowsersDo },
  });
  t.is(changed.status, 200);
});

test('HEAD tells the length and sends no body', async t => {
  const page = await (await ask('/')).arrayBuffer();
  const head = await ask('/', { method: 'HEAD' });
  t.is(head.status, 200);
  t.is(head.headers.get('content-length'), String(page.byteLength));
  t.is(await head.text(), '');
});

const passedOn = [
  ['POST', '/watch/math-101'],
  ['DELETE', '/'],
  ['POST', '/watch'],
  ['GET', '/watch/a/b'],
  ['GET', '/web/'],
  ['GET', '/web/watch.html'],
  ['GET', '/web/unknown.js'],
  ['GET', '/web/..%2fpages.ts'],
  ['GET', '/web/../pages.ts'],
  ['GET', '/web/constructor'],
  ['GET', '/api/streams'],
] as const;

for (const [method, path] of passedOn) {
  test(`${method} ${path} is left to others`, async t => {
    t.is((await ask(path, { method })).status, 418);
  });
}

for (const path of ['/publish', '/publish/', '/watch', '/watch/']) {
  test(`${path}, for no class in particular, leads to the first page`, async t => {
    const response = await ask(path, { redirect: 'manual' });
    t.is(response.status, 302);
    t.is(response.headers.get('location'), '/');
  });
}

/** What a browser asks for when somebody types an address. */
const asPeopleDo = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

for (const path of ['/wacth/math-101', '/watch/a/b', '/web/watch.html', '/favicon.ico']) {
  test(`to people, ${path} is a page that says so`, async t => {
    const response = await ask(path, { headers: asPeopleDo });
    t.is(response.status, 404);
    t.is(response.headers.get('content-type'), 'text/html; charset=utf-8');
    t.regex(response.headers.get('content-security-policy') ?? '', /default-src 'self'/);
    t.true((await response.text()).includes('There is no page here'));
  });
}

for (const accept of ['application/json', 'application/json, text/html;q=0.5', '*/*']) {
  test(`to those who accept ${accept}, an unknown path is left to others`, async t => {
    t.is((await ask('/unknown', { headers: { Accept: accept } })).status, 418);
  });
}

test('the pages name only assets that exist, and hold nothing inline', async t => {
  for (const path of ['/', '/publish/x', '/watch/x']) {
    const html = await (await ask(path)).text();
    const assets = [...html.matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map(match => match[1] ?? '');
    t.true(assets.length >= 3);
    for (const asset of assets) t.is((await ask(asset)).status, 200, asset);
    t.notRegex(html, /<style|style=|<script(?![^>]*src=)|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
  }
});
