import test from 'ava';
import { fakeActors, refused } from '../fake-actors.ts';
import { SDP, serve } from '../serve.ts';

test('an offer is answered with 201, our SDP, a Location and a strong entity tag', async t => {
  const { fetch, actors } = await serve(t);
  const response = await fetch('POST', '/whip/math-101', SDP, 'v=0\r\n');
  t.is(response.status, 201);
  t.is(response.headers.get('Content-Type'), 'application/sdp');
  t.is(response.headers.get('Location'), '/whip/math-101/push-0-abc');
  t.is(response.headers.get('ETag'), '"ice-1"');
  t.is(response.headers.get('Accept-Patch'), 'application/trickle-ice-sdpfrag');
  t.is(await response.text(), 'v=0\r\ns=answer\r\n');
  const message = { type: 'publish', stream: 'math-101', offer: 'v=0\r\n' };
  t.deepEqual(actors.asked, [{ path: '/push-edge', message }]);
});

test('another type is a 415, no body a 400, a name that is none a 404', async t => {
  const { fetch, actors } = await serve(t);
  t.is((await fetch('POST', '/whip/math-101', { 'Content-Type': 'text/plain' }, 'v=0\r\n')).status, 415);
  t.is((await fetch('POST', '/whip/math-101', SDP)).status, 400);
  t.is((await fetch('POST', '/whip/-math', SDP, 'v=0\r\n')).status, 404);
  t.is((await fetch('POST', '/whip/a%2Fb', SDP, 'v=0\r\n')).status, 404);
  t.true((await fetch('POST', '/whip/%ff', SDP, 'v=0\r\n')).status < 500);
  t.deepEqual(actors.asked, []);
});

test('overload is a 503 that says when to come again', async t => {
  const { fetch } = await serve(t, fakeActors({ publish: refused(503, 5) }));
  const response = await fetch('POST', '/whip/math-101', SDP, 'v=0\r\n');
  t.is(response.status, 503);
  t.is(response.headers.get('Retry-After'), '5');
});
