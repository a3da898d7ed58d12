import test from 'ava';
import { fakeActors, notReachable } from '../fake-actors.ts';
import { serve } from '../serve.ts';

test('DELETE ends the session, whatever If-Match says', async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('DELETE', '/whip/math-101/push-0-abc', { 'If-Match': '"of another time"' });
  t.is(response.status, 200);
  t.is(await response.text(), '');
  t.like(actors.asked, [{ path: '/shards/shard-0/pushes/push-0-abc', message: { type: 'close' } }]);
});

test('a second DELETE is a 404', async t => {
  const { fetch } = await serve(t, fakeActors({ close: notReachable }));
  t.is((await fetch('DELETE', '/whip/math-101/push-0-abc')).status, 404);
});
