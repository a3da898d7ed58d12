import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { answerErrors } from '../../../gateway/http/answer-errors.ts';
import { type EventStream, EventStreams, HEARTBEAT_MS } from '../../../gateway/http/event-streams.ts';
import { listen } from '../../../gateway/http/listen.socket.ts';
import { systemClock } from '../../../transports/clock.ts';
import { virtualClock } from '../virtual-clock.ts';

async function serveStreams(
  t: ExecutionContext,
  limit: number,
  before: (ctx: Koa.Context) => Promise<unknown> = async () => {},
) {
  const clock = virtualClock();
  const streams = new EventStreams(limit);
  const opened: EventStream[] = [];
  const app = new Koa();
  app.use(answerErrors({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }));
  app.use(async ctx => {
    await before(ctx);
    opened.push(streams.open(ctx, clock, () => {}));
  });
  const { url, close } = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    hasSecret: false,
    clock: systemClock,
  });
  t.teardown(close);
  return { clock, streams, opened, url };
}

test('a comment every 15 seconds keeps the connection, and stops with it', async t => {
  const { clock, opened, url } = await serveStreams(t, 1);
  const response = await fetch(url);
  clock.advance(HEARTBEAT_MS);
  clock.advance(HEARTBEAT_MS - 1);
  clock.advance(1);
  opened[0]!.close();
  t.is(await response.text(), 'retry: 3000\n\n:\n\n:\n\n');
  t.is(clock.timerCount, 0);
});

test('past the limit there are no more, until one ends', async t => {
  const { streams, opened, url } = await serveStreams(t, 1);
  await fetch(url);
  const refused = await fetch(url);
  t.is(refused.status, 503);
  t.is(refused.headers.get('Retry-After'), '10');
  opened[0]!.close();
  t.is(streams.count, 0);
  t.is((await fetch(url)).status, 200);
});

test('a client that does not read is cut off before it costs much', async t => {
  const { streams, opened, url } = await serveStreams(t, 1);
  const client = connect(Number(new URL(url).port), '127.0.0.1').pause();
  t.teardown(() => client.destroy());
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  while (streams.count === 0) await new Promise(setImmediate);
  const block = 'x'.repeat(1_000_000);
  let sent = 0;
  // The machine's socket buffers take some megabytes first.
  for (; streams.count > 0 && sent < 100; sent++) {
    opened[0]!.send('flood', block);
    await new Promise(setImmediate);
  }
  t.true(sent < 100);
});

test('a client that left before its stream began takes no place', async t => {
  let arrive = () => {};
  const arrived = new Promise<void>(resolve => {
    arrive = resolve;
  });
  const { streams, opened, url } = await serveStreams(t, 1, async ctx => {
    const left = once(ctx.req.socket, 'close');
    arrive();
    await left;
  });
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await arrived;
  client.destroy();
  while (opened.length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.is(streams.count, 0);
});
