import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { bearer, SDP, SECRET, serve } from '../serve.ts';

test("a session is for the token's user, whom a body may repeat but not change", async t => {
  const { fetch, postJson, actors } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const token = await bearer({ stream: '*', can: ['publish', 'view'], uid: 'anna' });
  t.is((await postJson('/signaling/pull', { stream: 'a' }, token)).status, 200);
  t.is((await postJson('/signaling/pull', { stream: 'a', uid: 'anna' }, token)).status, 200);
  t.is((await fetch('POST', '/whip/a', { ...SDP, ...token }, 'v=0')).status, 201);
  t.deepEqual(
    actors.asked.map(({ message }) => message.uid),
    ['anna', 'anna', 'anna'],
  );
  t.is((await postJson('/signaling/pull', { stream: 'a', uid: 'ben' }, token)).status, 403);
  t.is((await postJson('/signaling/push', { stream: 'a', uid: 'ben', sdp: 'v=0' }, token)).status, 403);
  t.is(actors.asked.length, 3);
});
