import test from 'ava';
import { fakeActors, notReachable, refused, timeout } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const answer = { session: 'pull-1-xyz', sdp: 'v=0\r\n' };

test('the answer goes to the session that the id names', async t => {
  const { postJson, actors } = await serve(t);
  const response = await postJson('/signaling/sendanswer', answer);
  t.is(response.status, 204);
  const message = { type: 'send-answer', sdp: 'v=0\r\n' };
  t.deepEqual(actors.asked, [{ path: '/shards/shard-1/pulls/pull-1-xyz', message }]);
});

test('a session that is gone is a 404, a silent one a 504, a second answer what the session says', async t => {
  for (const [reply, status] of [
    [notReachable, 404],
    [timeout, 504],
    [refused(409), 409],
  ] as const) {
    const { postJson } = await serve(t, fakeActors({ 'send-answer': reply }));
    t.is((await postJson('/signaling/sendanswer', answer)).status, status);
  }
});

test('an id that no shard gave out is a 404, and nobody is asked', async t => {
  const { postJson, actors } = await serve(t);
  for (const session of [
    'pull-2-xyz',
    'pull-01-xyz',
    'pull-0-../x',
    'other-0-xyz',
    'pull-0-',
    'pull-0-a b',
  ]) {
    t.is((await postJson('/signaling/sendanswer', { ...answer, session })).status, 404, session);
  }
  t.deepEqual(actors.asked, []);
});
