import { get } from 'node:https';
import { connect } from 'node:net';
import test from 'ava';
import Koa from 'koa';
import { listen } from '../../../gateway/http/listen.socket.ts';
import { selfSigned } from '../../../gateway/http/self-signed.ts';
import { systemClock } from '../../../transports/clock.ts';
import { serve } from '../serve.ts';
import { virtualClock } from '../virtual-clock.ts';

/** Its time stands still: what closes does so without the grace period. */
const base = { host: '127.0.0.1', port: 0, hasSecret: false, clock: virtualClock() };
const app = () =>
  new Koa().use((ctx: Koa.Context) => {
    ctx.body = 'hello';
  });

test('without a secret only this machine is served, and the error says what to set', async t => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'gateway.example']) {
    await t.throwsAsync(listen(app(), { ...base, host }), { message: /http\.host.*auth\.secret/ }, host);
  }
  const { url, close } = await listen(app(), { ...base, host: '0.0.0.0', hasSecret: true });
  t.regex(url, /^http:\/\/localhost:\d+$/);
  await close();
});

test('a port that is taken is named with its setting', async t => {
  const { url, close } = await listen(app(), base);
  t.teardown(close);
  const port = Number(new URL(url).port);
  await t.throwsAsync(listen(app(), { ...base, port }), {
    message: new RegExp(`^http\\.port: ${port} is in use`),
  });
});

test('close ends event streams, kept-alive and silent connections at once', async t => {
  const gateway = await serve(t);
  const events = await gateway.fetch('GET', '/api/events');
  await (await gateway.fetch('GET', '/live')).text();
  const silent = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const gone = new Promise(resolve => silent.on('close', resolve));
  await new Promise(resolve => silent.once('connect', resolve));
  await gateway.close();
  t.regex(await events.text(), /^retry/);
  await gone;
  t.is(gateway.listenerCount(), 0);
  await t.throwsAsync(gateway.fetch('GET', '/live'));
});

test('close lets a request that is being answered have its answer', async t => {
  let answer = () => {};
  let asked = () => {};
  const arrived = new Promise<void>(resolve => {
    asked = resolve;
  });
  const slow = new Koa().use(async ctx => {
    asked();
    await new Promise<void>(resolve => {
      answer = resolve;
    });
    ctx.body = 'late';
  });
  const { url, close } = await listen(slow, base);
  const response = fetch(url);
  await arrived;
  const closed = close();
  answer();
  t.is(await (await response).text(), 'late');
  await closed;
});

test('HTTPS with a certificate of our own, for the names and addresses given', async t => {
  const tls = await selfSigned(['gateway.example', '192.0.2.1'], systemClock.wallMs());
  const { url, close } = await listen(app(), { ...base, tls });
  t.teardown(close);
  t.regex(url, /^https:/);
  // Each name is checked by the client against the certificate, which it trusts.
  for (const servername of ['localhost', 'gateway.example']) {
    const status = await new Promise((resolve, reject) => {
      get(url, { ca: tls.cert, servername, agent: false }, response => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    t.is(status, 200);
  }
});
