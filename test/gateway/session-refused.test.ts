import test from 'ava';
import { fakeActors, refused } from './fake-actors.ts';
import { JSON_TYPE, SDP, serve } from './serve.ts';

/** Enough for an offer to be one. */
const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=recvonly',
  'a=rtpmap:111 opus/48000/2',
  '',
].join('\r\n');

test('a viewer who asks for a stream that is not live is no news, and is logged with the status that was sent', async t => {
  const { fetch, logged } = await serve(t, fakeActors({ view: refused(404, 2) }));
  t.is((await fetch('POST', '/signaling/pull', JSON_TYPE, '{"stream":"a"}')).status, 404);
  t.is((await fetch('POST', '/whep/a')).status, 409);
  t.is((await fetch('POST', '/whep/a', SDP, OFFER)).status, 409);
  t.deepEqual(
    logged.map(({ level, fields }) => [level, (fields as { status: number }).status]),
    [
      ['debug', 404],
      ['debug', 409],
      ['debug', 409],
    ],
  );
});

test('an offer that is none is told so, also while the stream is not live', async t => {
  const { fetch } = await serve(t, fakeActors({ view: refused(404, 2) }));
  const response = await fetch('POST', '/whep/a', SDP, 'garbage');
  t.is(response.status, 400);
  t.is(response.headers.get('Retry-After'), null);
  t.like(await response.json(), { title: 'Malformed SDP' });
});

test('other refusals are logged for everybody to see', async t => {
  const { fetch, logged } = await serve(t, fakeActors({ view: refused(503), publish: refused(422) }));
  await fetch('POST', '/whep/a');
  await fetch('POST', '/whip/a', SDP, 'v=0');
  t.deepEqual(
    logged.map(({ level }) => level),
    ['info', 'info'],
  );
});
