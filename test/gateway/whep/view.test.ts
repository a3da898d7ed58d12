import test from 'ava';
import { fakeActors, refused } from '../fake-actors.ts';
import { FRAGMENT, SDP, serve } from '../serve.ts';

const session = '/whep/math-101/pull-1-xyz';

test("a player's offer is answered with 201, our answer, and a link to the session's events", async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('POST', '/whep/math-101', SDP, 'v=0\r\n');
  t.is(response.status, 201);
  t.is(response.headers.get('Content-Type'), 'application/sdp');
  t.is(response.headers.get('Location'), session);
  t.is(response.headers.get('ETag'), '"ice-1"');
  t.is(
    response.headers.get('Link'),
    `<${session}/events>; rel="urn:ietf:params:whep:ext:core:server-sent-events"; events="active,inactive,reconnect"`,
  );
  t.is(await response.text(), 'v=0\r\ns=answer\r\n');
  const message = { type: 'view', stream: 'math-101', offer: 'v=0\r\n' };
  t.deepEqual(actors.asked, [{ path: '/pull-edge', message }]);
});

test('a player without an offer is given ours with 406, and PATCHes its answer', async t => {
  const { fetch, actors } = await serve(t);
  for (const headers of [SDP, {}]) {
    const response = await fetch('POST', '/whep/math-101', headers);
    t.is(response.status, 406);
    t.is(response.headers.get('Content-Type'), 'application/sdp');
    t.is(response.headers.get('Location'), session);
    t.is(await response.text(), 'v=0\r\ns=offer\r\n');
    t.deepEqual(actors.asked.at(-1)!.message, { type: 'view', stream: 'math-101' });
  }
  const answered = await fetch('PATCH', session, SDP, 'v=0\r\ns=mine\r\n');
  t.is(answered.status, 204);
  const message = { type: 'send-answer', sdp: 'v=0\r\ns=mine\r\n' };
  t.deepEqual(actors.asked.at(-1), { path: '/shards/shard-1/pulls/pull-1-xyz', message });
  t.is((await fetch('PATCH', session, SDP)).status, 400);
});

test('candidates are PATCHed as with WHIP', async t => {
  const { fetch, actors } = await serve(t);
  t.is((await fetch('PATCH', session, { ...FRAGMENT, 'If-Match': '"ice-1"' }, 'a=candidate')).status, 204);
  t.is(actors.asked[0]!.message.type, 'trickle');
  const other = await fetch('PATCH', session, { 'Content-Type': 'application/json' }, '{}');
  t.is(other.status, 415);
  t.is(other.headers.get('Accept-Patch'), 'application/trickle-ice-sdpfrag, application/sdp');
});

test('a stream that is not live is a conflict, with the time to come again', async t => {
  for (const [reply, seconds] of [
    [refused(404, 3), '3'],
    [refused(404), '2'],
  ] as const) {
    const { fetch } = await serve(t, fakeActors({ view: reply }));
    const response = await fetch('POST', '/whep/math-101');
    t.is(response.status, 409);
    t.is(response.headers.get('Retry-After'), seconds);
    t.like(await response.json(), { status: 409 });
  }
});

test('the endpoint is found by the type of its HEAD', async t => {
  const { fetch } = await serve(t);
  for (const method of ['HEAD', 'GET']) {
    const response = await fetch(method, '/whep/math-101');
    t.is(response.status, 200);
    t.is(response.headers.get('Content-Type'), 'application/sdp');
    t.is(await response.text(), '');
  }
});

test('OPTIONS tells what PATCH takes, an answer among it', async t => {
  const { fetch } = await serve(t);
  const response = await fetch('OPTIONS', session);
  t.is(response.headers.get('Accept-Patch'), 'application/trickle-ice-sdpfrag, application/sdp');
});

test("a publisher's session is nobody's under /whep", async t => {
  const { fetch, actors } = await serve(t);
  t.is((await fetch('DELETE', '/whep/math-101/push-0-abc')).status, 404);
  t.deepEqual(actors.asked, []);
});
