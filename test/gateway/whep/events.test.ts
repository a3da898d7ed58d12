import test from 'ava';
import { fakeActors, notReachable, refused } from '../fake-actors.ts';
import { readEvents, serve } from '../serve.ts';

const events = '/whep/math-101/pull-1-xyz/events';
const reconnect = {
  type: 'session-event',
  event: 'reconnect',
  data: { url: 'https://other.example/whep/math-101' },
};

test('a subscription names the events, and its Location streams only those', async t => {
  const { fetch, postJson, actors } = await serve(t);
  const subscribed = await postJson(events, ['reconnect', 'viewercount']);
  t.is(subscribed.status, 201);
  const location = subscribed.headers.get('Location')!;
  const response = await fetch('GET', location);
  t.is(response.status, 200);
  t.is(response.headers.get('Content-Type'), 'text/event-stream');
  actors.tell({ type: 'session-event', event: 'active', data: {} });
  actors.tell(reconnect);
  t.deepEqual(await readEvents(response, 1), [{ event: 'reconnect', data: reconnect.data }]);
});

test('a subscription without a body, and none at all, hear everything', async t => {
  const { fetch, actors } = await serve(t);
  const subscribed = await fetch('POST', events);
  t.is(subscribed.status, 201);
  t.is(subscribed.headers.get('Location'), events);
  const response = await fetch('GET', events);
  t.is(actors.asked.at(-1)!.message.type, 'listen');
  actors.tell({ type: 'session-event', event: 'active', data: {} });
  actors.tell(reconnect);
  t.deepEqual(
    (await readEvents(response, 2)).map(({ event }) => event),
    ['active', 'reconnect'],
  );
});

test('what is no list of names is a 400', async t => {
  const { postJson } = await serve(t);
  for (const body of [{}, 'active', [1]]) t.is((await postJson(events, body)).status, 400);
});

test('a session that is gone, or does not let itself be listened to, is an answer without a stream', async t => {
  const gone = await serve(t, fakeActors({ listen: notReachable, describe: notReachable }));
  t.is((await gone.fetch('GET', events)).status, 404);
  t.is((await gone.fetch('POST', events)).status, 404);
  const deaf = await serve(t, fakeActors({ listen: refused(409) }));
  t.is((await deaf.fetch('GET', events)).status, 409);
  t.is(deaf.actors.inboxCount, 0);
});
