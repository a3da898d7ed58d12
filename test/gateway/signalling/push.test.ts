import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Placed } from '../../../actors/scheduler/messages.ts';
import { fakeActors, notReachable, refused, timeout } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const offer = { stream: 'math-101', uid: 'teacher-7', sdp: 'v=0\r\ns=offer\r\n' };

test('an offer is answered with the session, our answer and the edge', async t => {
  const { postJson, actors, logged } = await serve(t);
  const response = await postJson('/signaling/push', offer);
  t.is(response.status, 200);
  t.deepEqual(await response.json(), {
    session: 'push-0-abc',
    type: 'answer',
    sdp: 'v=0\r\ns=answer\r\n',
    edge: { node: 'node-1', idc: 'north' },
  });
  const message = { type: 'publish', stream: 'math-101', uid: 'teacher-7', offer: offer.sdp };
  t.deepEqual(actors.asked, [{ path: '/push-edge', message }]);
  // The session itself logs that it was opened.
  t.deepEqual(logged, []);
});

test('what the edge refuses becomes a problem document, and a log line', async t => {
  const { postJson, logged } = await serve(t, fakeActors({ publish: refused(422) }));
  const response = await postJson('/signaling/push', offer);
  t.is(response.status, 422);
  t.is(response.headers.get('Content-Type'), 'application/problem+json');
  t.deepEqual(await response.json(), {
    type: 'urn:zrtc:problem:refused-for-the-test',
    title: 'Refused for the test',
    status: 422,
    detail: 'The test says no.',
    instance: '/signaling/push',
  });
  t.is(logged[0]!.text, 'session refused');
});

test('an edge that does not answer is a 504, one that is away a 503 to try again', async t => {
  const slow = await serve(t, fakeActors({ publish: timeout }));
  t.is((await slow.postJson('/signaling/push', offer)).status, 504);
  const away = await serve(t, fakeActors({ publish: notReachable }));
  const response = await away.postJson('/signaling/push', offer);
  t.is(response.status, 503);
  t.is(response.headers.get('Retry-After'), '2');
});

test('an error that nobody meant is a 500 that gives nothing away, and is logged', async t => {
  const { postJson, logged } = await serve(t, fakeActors({ publish: new Error('the secret is hunter2') }));
  const response = await postJson('/signaling/push', offer);
  t.is(response.status, 500);
  t.notRegex(await response.text(), /hunter2/);
  t.is(logged[0]!.text, 'request failed');
});

test('in a cluster the edge is told which epoch the publication has to be later than', async t => {
  const placed: Placed = { type: 'placed', node: 'node-2', idc: 'south', afterEpoch: 1_767_268_800_000 };
  const scheduler = addressOf('node-3', '/scheduler');
  const { postJson, actors } = await serve(t, fakeActors({ place: placed }), {}, { scheduler });
  t.is((await postJson('/signaling/push', offer)).status, 200);
  t.like(actors.asked.at(-1), { path: '/push-edge', message: { afterEpoch: 1_767_268_800_000 } });
});
