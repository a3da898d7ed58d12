import test from 'ava';
import { fakeActors, refused } from '../fake-actors.ts';
import { serve } from '../serve.ts';

test('a viewer is given our offer', async t => {
  const { postJson, actors } = await serve(t);
  const response = await postJson('/signaling/pull', { stream: 'math-101' });
  t.is(response.status, 200);
  t.like(await response.json(), { session: 'pull-1-xyz', type: 'offer', sdp: 'v=0\r\ns=offer\r\n' });
  t.deepEqual(actors.asked, [{ path: '/pull-edge', message: { type: 'view', stream: 'math-101' } }]);
});

test('a stream that is not live is a 404 that says when to come again', async t => {
  const { postJson } = await serve(t, fakeActors({ view: refused(404, 1.2) }));
  const response = await postJson('/signaling/pull', { stream: 'math-101' });
  t.is(response.status, 404);
  t.is(response.headers.get('Retry-After'), '2');
});
