import test from 'ava';
import { described, fakeActors, notReachable } from '../fake-actors.ts';
import { serve } from '../serve.ts';

for (const path of ['/whip/math-101', '/whip/math-101/push-0-abc', '/whep/math-101/pull-1-xyz']) {
  test(`GET and HEAD ${path} succeed without content`, async t => {
    const { fetch } = await serve(t);
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(method, path);
      t.is(response.status, 204);
      t.is(await response.text(), '');
    }
  });
}

test('GET of a session that is gone is a 404, though its last words are kept for the API', async t => {
  const lastWords = described('push-0-abc', 'math-101');
  const { fetch } = await serve(t, fakeActors({ describe: notReachable, 'describe-ended': lastWords }));
  t.is((await fetch('GET', '/whip/math-101/push-0-abc')).status, 404);
  t.is((await fetch('GET', '/whep/math-101/pull-1-xyz')).status, 404);
  t.is((await fetch('POST', '/whep/math-101/pull-1-xyz/events')).status, 404);
  t.is((await fetch('GET', '/api/sessions/push-0-abc')).status, 200);
});

test('OPTIONS succeeds and tells what POST and PATCH take', async t => {
  const { fetch } = await serve(t);
  const endpoint = await fetch('OPTIONS', '/whip/math-101');
  t.is(endpoint.status, 200);
  t.is(endpoint.headers.get('Accept-Post'), 'application/sdp');
  t.is(endpoint.headers.get('Link'), null);
  const session = await fetch('OPTIONS', '/whip/math-101/push-0-abc');
  t.is(session.headers.get('Accept-Patch'), 'application/trickle-ice-sdpfrag');
});

test('other methods are a 405 that lists those that are', async t => {
  const { fetch } = await serve(t);
  const endpoint = await fetch('PUT', '/whip/math-101');
  t.is(endpoint.status, 405);
  t.is(endpoint.headers.get('Allow'), 'GET, POST, HEAD, OPTIONS');
  const session = await fetch('POST', '/whip/math-101/push-0-abc');
  t.is(session.status, 405);
  t.is(session.headers.get('Allow'), 'GET, PATCH, DELETE, HEAD, OPTIONS');
  t.like(await session.json(), { detail: 'This address does not take POST.' });
});
