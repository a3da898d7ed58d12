import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { JSON_TYPE, serve } from '../serve.ts';

test('a pull without encryption is asked of the edge as such, one with it as ever', async t => {
  const { postJson, actors } = await serve(t);
  for (const fields of [{ encryption: false }, { encryption: true }, {}])
    t.is((await postJson('/signaling/pull', { stream: 'math-101', ...fields })).status, 200);
  t.deepEqual(
    actors.asked.map(({ message }) => message),
    [
      { type: 'view', stream: 'math-101', isPlain: true },
      { type: 'view', stream: 'math-101' },
      { type: 'view', stream: 'math-101' },
    ],
  );
});

test('a node that encrypts all media refuses in a problem document', async t => {
  const refusal = {
    type: 'refused',
    status: 403,
    title: 'Encryption required',
    detail: 'media.encryption is on',
  };
  const { postJson } = await serve(t, fakeActors({ view: refusal }));
  const response = await postJson('/signaling/pull', { stream: 'math-101', encryption: false });
  t.is(response.status, 403);
  t.like(await response.json(), {
    type: 'urn:zrtc:problem:encryption-required',
    detail: 'media.encryption is on',
  });
});

test('a page of a browser is refused, whatever the node allows', async t => {
  const { fetch, actors } = await serve(t);
  const headers = { ...JSON_TYPE, Origin: 'http://127.0.0.1:8080' };
  const response = await fetch('POST', '/signaling/pull', headers, '{"stream":"a","encryption":false}');
  t.is(response.status, 403);
  t.like(await response.json(), { type: 'urn:zrtc:problem:encryption-required' });
  t.deepEqual(actors.asked, []);
});

test('what is neither true nor false is a wrong field', async t => {
  const { postJson } = await serve(t);
  for (const encryption of ['off', 0, null]) {
    const response = await postJson('/signaling/pull', { stream: 'a', encryption });
    t.is(response.status, 400);
    t.like(await response.json(), { detail: 'encryption: must be true or false' });
  }
});

test('a publisher cannot ask for it, nor can a WHEP player', async t => {
  const { postJson, fetch, actors } = await serve(t);
  await postJson('/signaling/push', { stream: 'a', sdp: 'v=0', encryption: false });
  await fetch('POST', '/whep/a?encryption=false');
  t.is(actors.asked.length, 2);
  for (const { message } of actors.asked) t.false('isPlain' in message);
});
