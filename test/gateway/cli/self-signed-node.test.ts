import test from 'ava';
import Koa from 'koa';
import { fetchFromNode } from '../../../gateway/cli/fetch.socket.ts';
import { unreachable } from '../../../gateway/cli/unreachable.ts';
import { listen } from '../../../gateway/http/listen.socket.ts';
import { certificateNames, selfSigned } from '../../../gateway/http/self-signed.ts';
import { systemClock } from '../../../transports/clock.ts';
import { virtualClock } from '../virtual-clock.ts';

const base = { host: '127.0.0.1', port: 0, hasSecret: false, clock: virtualClock() };
const echo = () =>
  new Koa().use((ctx: Koa.Context) => {
    if (ctx.path === '/nothing') ctx.status = 204;
    else ctx.body = { token: ctx.get('Authorization') };
  });
const init = (signal = new AbortController().signal) => ({
  headers: { Authorization: 'Bearer abc' },
  signal,
});

test('a node on loopback may have made its certificate itself', async t => {
  const tls = await selfSigned([], systemClock.wallMs());
  const { url, close } = await listen(echo(), { ...base, tls });
  t.teardown(close);
  for (const host of ['127.0.0.1', 'localhost']) {
    const response = await fetchFromNode(new URL(url.replace('127.0.0.1', host)), init());
    t.is(response.status, 200);
    t.deepEqual(await response.json(), { token: 'Bearer abc' });
  }
  t.is((await fetchFromNode(new URL(`${url}/nothing`), init())).status, 204);
});

test('any other name must have one that is trusted', async t => {
  const tls = await selfSigned([], systemClock.wallMs());
  const { url, close } = await listen(echo(), { ...base, tls });
  t.teardown(close);
  // Leads to 127.0.0.1 as well, and is not among the names that are trusted for it.
  const elsewhere = new URL(url.replace('127.0.0.1', '[::ffff:127.0.0.1]'));
  const error = await t.throwsAsync(fetchFromNode(elsewhere, init()));
  t.regex(unreachable(error, elsewhere), /has a certificate that this machine does not trust/);
});

test('HTTPS asked of a node that speaks HTTP is told in words', async t => {
  const { url, close } = await listen(echo(), base);
  t.teardown(close);
  const secure = new URL(url.replace('http:', 'https:'));
  const error = await t.throwsAsync(fetchFromNode(secure, init()));
  t.is(unreachable(error, secure), `${secure.origin} does not speak HTTPS; see http.tls`);
});

test('HTTP asked of a node that speaks HTTPS is told in words', async t => {
  const { url, close } = await listen(echo(), { ...base, tls: await selfSigned([], systemClock.wallMs()) });
  t.teardown(close);
  const plain = new URL(url.replace('https:', 'http:'));
  const error = await t.throwsAsync(fetchFromNode(plain, init()));
  t.regex(unreachable(error, plain), /does it speak HTTPS \(http\.tls\)\?$/);
});

test('an answer that is not wanted any more is not waited for', async t => {
  const silent = new Koa().use(() => new Promise<void>(() => {}));
  const tls = await selfSigned([], systemClock.wallMs());
  const { url, close } = await listen(silent, { ...base, tls, clock: systemClock });
  t.teardown(close);
  const waiting = new AbortController();
  const answer = fetchFromNode(new URL(url), init(waiting.signal));
  waiting.abort();
  await t.throwsAsync(answer, { name: 'AbortError' });
});

test('a certificate names addresses that one can go to', t => {
  t.deepEqual(certificateNames('0.0.0.0', ['192.0.2.7', '127.0.0.1']), ['192.0.2.7', '127.0.0.1']);
  t.deepEqual(certificateNames('::', ['192.0.2.7']), ['192.0.2.7']);
  t.deepEqual(certificateNames('live.school.example', ['192.0.2.7']), ['live.school.example', '192.0.2.7']);
});
