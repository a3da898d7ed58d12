import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { readEvents, serve } from '../serve.ts';

const path = '/api/sessions/pull-1-xyz/events';
const active = { type: 'session-event', event: 'active', data: {} };

test('`ended` is the last event, and ends the answer', async t => {
  const { fetch, actors, clock } = await serve(t);
  const response = await fetch('GET', path);
  actors.tell(active);
  actors.tell({ type: 'session-event', event: 'ended', data: { reason: 'the teacher left' } });
  t.deepEqual(await readEvents(response, Number.POSITIVE_INFINITY), [
    { event: 'active', data: {} },
    { event: 'ended', data: { reason: 'the teacher left' } },
  ]);
  t.is(actors.inboxCount, 0);
  t.is(clock.timerCount, 0);
});

test('a session that crashed says nothing: its client is told that it is gone', async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('GET', path);
  actors.down();
  t.like(await readEvents(response, Number.POSITIVE_INFINITY), [{ event: 'ended' }]);
});

test('events that come before the answer has begun are not lost', async t => {
  const actors = fakeActors({
    listen: () => {
      actors.tell(active);
      return { type: 'accepted' };
    },
  });
  const { fetch } = await serve(t, actors);
  t.deepEqual(await readEvents(await fetch('GET', path), 1), [{ event: 'active', data: {} }]);
});

test('HEAD has the type, and no stream that stays open', async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('HEAD', path);
  t.is(response.status, 200);
  t.is(response.headers.get('Content-Type'), 'text/event-stream');
  while (actors.inboxCount > 0) await new Promise(setImmediate);
  t.is(actors.inboxCount, 0);
});
