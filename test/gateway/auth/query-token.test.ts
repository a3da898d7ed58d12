import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { bearer, JSON_TYPE, SECRET, serve } from '../serve.ts';

test('an EventSource, which cannot set headers, brings its token in the query', async t => {
  const { fetch } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const { Authorization } = await bearer({ stream: '*', can: ['observe'] });
  const token = Authorization.slice('Bearer '.length);
  const response = await fetch('GET', `/api/events?access_token=${token}`);
  t.is(response.status, 200);
  await response.body!.cancel();
  t.is((await fetch('GET', '/api/events?access_token=')).status, 401);
  t.is((await fetch('GET', '/api/events?access_token=a&access_token=b')).status, 401);
});

test('the query is for GET only', async t => {
  const { fetch } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const { Authorization } = await bearer({ stream: '*', can: ['view', 'admin'] });
  const query = `?access_token=${Authorization.slice('Bearer '.length)}`;
  t.is((await fetch('POST', `/signaling/pull${query}`, JSON_TYPE, '{"stream":"a"}')).status, 401);
  t.is((await fetch('DELETE', `/api/sessions/push-0-abc${query}`)).status, 401);
});

test('a token is neither logged nor repeated in a problem document', async t => {
  const { fetch, logged } = await serve(t, fakeActors({ report: new Error('broken') }), {
    secrets: [SECRET],
  });
  const { Authorization } = await bearer({ stream: '*', can: ['observe'] });
  const token = Authorization.slice('Bearer '.length);
  const response = await fetch('GET', `/api/nodes?access_token=${token}`);
  t.is(response.status, 500);
  t.false((await response.text()).includes(token));
  t.is(logged.length, 1);
  t.false(JSON.stringify(logged).includes(token));
});
