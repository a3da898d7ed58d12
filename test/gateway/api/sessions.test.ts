import test from 'ava';
import { fakeActors, notReachable, sessionReport } from '../fake-actors.ts';
import { serve } from '../serve.ts';

test("a session's report is what the session says", async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('GET', '/api/sessions/pull-1-xyz');
  t.is(response.status, 200);
  t.deepEqual(await response.json(), sessionReport('pull-1-xyz', 'math-101'));
  t.is(actors.asked[0]!.path, '/shards/shard-1/pulls/pull-1-xyz');
});

test('a session that is not there is a 404', async t => {
  const { fetch } = await serve(t, fakeActors({ describe: notReachable }));
  const response = await fetch('GET', '/api/sessions/pull-1-xyz');
  t.is(response.status, 404);
  t.like(await response.json(), { title: 'No such session', instance: '/api/sessions/pull-1-xyz' });
});

test('DELETE is a kick', async t => {
  const { fetch, actors } = await serve(t);
  t.is((await fetch('DELETE', '/api/sessions/push-0-abc')).status, 204);
  t.deepEqual(actors.asked[0]!.message, { type: 'close', reason: 'kicked' });
});
