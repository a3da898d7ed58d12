import test from 'ava';
import { MAX_CLIENTS, RateLimit } from '../../../gateway/http/rate-limit.ts';
import { fakeActors } from '../fake-actors.ts';
import { JSON_TYPE, serve } from '../serve.ts';

test('two minutes of requests at once, then as they are earned', t => {
  const limit = new RateLimit(60);
  for (let request = 0; request < 120; request++) t.is(limit.take('a', 0), 0);
  t.is(limit.take('a', 0), 1);
  t.is(limit.take('a', 250), 0.75);
  t.is(limit.take('b', 250), 0);
  t.is(limit.take('a', 1000), 0);
  t.true(limit.take('a', 1000) > 0);
});

test('the table does not grow past its limit, and forgets the quietest address', t => {
  const limit = new RateLimit(1);
  const spend = (client: string) => [limit.take(client, 0), limit.take(client, 0), limit.take(client, 0)];
  t.true(spend('first').at(-1)! > 0);
  for (let client = 0; client < MAX_CLIENTS; client++) limit.take(`${client}`, 0);
  t.is(limit.clientCount, MAX_CLIENTS);
  t.is(limit.take('first', 0), 0);
  const busy = new RateLimit(1);
  for (let client = 0; client <= MAX_CLIENTS; client++) {
    busy.take(`${client}`, 0);
    busy.take('busy', 0);
  }
  t.true(busy.take('busy', 0) > 0);
});

test('a client that asks too often is told when to come again; reads, and others, are not held up', async t => {
  const { fetch, clock } = await serve(t, fakeActors(), { requestsPerMinute: 1, trustProxy: true });
  // Only the last address is the proxy's own word.
  const pull = (ip: string) =>
    fetch(
      'POST',
      '/signaling/pull',
      { ...JSON_TYPE, 'X-Forwarded-For': `10.9.9.9, ${ip}` },
      '{"stream":"a"}',
    );
  t.is((await pull('192.0.2.1')).status, 200);
  t.is((await pull('192.0.2.1')).status, 200);
  const refused = await pull('192.0.2.1');
  t.is(refused.status, 429);
  t.is(refused.headers.get('Retry-After'), '60');
  t.is((await pull('192.0.2.2')).status, 200);
  t.is((await fetch('GET', '/api/nodes', { 'X-Forwarded-For': '192.0.2.1' })).status, 200);
  clock.advance(60_000);
  t.is((await pull('192.0.2.1')).status, 200);
});

test('this machine is not counted', async t => {
  const { postJson } = await serve(t, fakeActors(), { requestsPerMinute: 1 });
  for (let request = 0; request < 5; request++) {
    t.is((await postJson('/signaling/pull', { stream: 'a' })).status, 200);
  }
});
