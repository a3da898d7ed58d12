import test from 'ava';
import { fakeActors, notReachable, refused } from '../fake-actors.ts';
import { FRAGMENT, SDP, serve } from '../serve.ts';

const session = '/whip/math-101/push-0-abc';
const fragment = 'a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n';

test('candidates are taken with 204, without a body or an entity tag', async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('PATCH', session, { ...FRAGMENT, 'If-Match': '"ice-1"' }, fragment);
  t.is(response.status, 204);
  t.is(response.headers.get('ETag'), null);
  t.is(await response.text(), '');
  const message = { type: 'trickle', fragment, ifMatch: 'ice-1' };
  t.deepEqual(actors.asked, [{ path: '/shards/shard-0/pushes/push-0-abc', message }]);
});

test('a restart of ICE is answered with our fragment and the new entity tag', async t => {
  const restarted = { type: 'restarted', fragment: 'a=ice-lite\r\n', etag: 'ice-2' };
  const { fetch, actors } = await serve(t, fakeActors({ trickle: restarted }));
  const response = await fetch('PATCH', session, { ...FRAGMENT, 'If-Match': '*' }, fragment);
  t.is(response.status, 200);
  t.is(response.headers.get('Content-Type'), 'application/trickle-ice-sdpfrag');
  t.is(response.headers.get('ETag'), '"ice-2"');
  t.is(await response.text(), 'a=ice-lite\r\n');
  t.is(actors.asked[0]!.message.ifMatch, '*');
});

for (const status of [400, 412, 422, 428]) {
  test(`what the session refuses with ${status} is passed on`, async t => {
    const { fetch, actors } = await serve(t, fakeActors({ trickle: refused(status) }));
    const response = await fetch('PATCH', session, FRAGMENT, fragment);
    t.is(response.status, status);
    t.is(response.headers.get('Content-Type'), 'application/problem+json');
    t.false('ifMatch' in actors.asked[0]!.message);
  });
}

test('other types are a 415 that says which are taken; an answer is for viewers only', async t => {
  const { fetch, actors } = await serve(t);
  for (const headers of [SDP, { 'Content-Type': 'application/json' }]) {
    const response = await fetch('PATCH', session, headers, fragment);
    t.is(response.status, 415);
    t.is(response.headers.get('Accept-Patch'), 'application/trickle-ice-sdpfrag');
  }
  t.is((await fetch('PATCH', session, FRAGMENT)).status, 400);
  t.is((await fetch('PATCH', session, { ...FRAGMENT, 'If-Match': '"a", "b"' }, fragment)).status, 400);
  t.deepEqual(actors.asked, []);
});

test("a session that is gone, or is a viewer's, is a 404", async t => {
  const { fetch } = await serve(t, fakeActors({ trickle: notReachable }));
  t.is((await fetch('PATCH', session, FRAGMENT, fragment)).status, 404);
  t.is((await fetch('PATCH', '/whip/math-101/pull-1-xyz', FRAGMENT, fragment)).status, 404);
});
