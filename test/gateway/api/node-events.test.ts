import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { bearer, readEvents, SECRET, serve } from '../serve.ts';

test('what happens on the node is told to whoever listens, until he leaves', async t => {
  const { fetch, happen, listenerCount } = await serve(t);
  const response = await fetch('GET', '/api/events');
  t.is(response.headers.get('Content-Type'), 'text/event-stream');
  happen({ event: 'stream-live', stream: 'math-101', data: { epoch: 2 } });
  happen({ event: 'node-down', data: { node: 'node-2' } });
  t.deepEqual(await readEvents(response, 2), [
    { event: 'stream-live', data: { stream: 'math-101', epoch: 2 } },
    { event: 'node-down', data: { node: 'node-2' } },
  ]);
  // readEvents cancelled the body, which hangs up; the server hears of it on a later turn.
  while (listenerCount() > 0) await new Promise(setImmediate);
  t.is(listenerCount(), 0);
});

test("a token for some streams does not hear of others'", async t => {
  const { fetch, happen } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const response = await fetch('GET', '/api/events', await bearer({ stream: 'math-*', can: ['observe'] }));
  happen({ event: 'stream-live', stream: 'art', data: {} });
  happen({ event: 'stream-live', stream: 'math-101', data: {} });
  t.deepEqual(await readEvents(response, 1), [{ event: 'stream-live', data: { stream: 'math-101' } }]);
});
