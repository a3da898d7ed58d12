import test from 'ava';
import { fakeActors, notReachable, timeout } from '../fake-actors.ts';
import { bearer, SECRET, serve } from '../serve.ts';

const accepting = () => fakeActors({ drain: { type: 'accepted' }, undrain: { type: 'accepted' } });

test('POST drains a node, DELETE takes it in again', async t => {
  const { fetch, actors } = await serve(t, accepting());
  t.is((await fetch('POST', '/api/nodes/edge-1/drain')).status, 204);
  t.is((await fetch('DELETE', '/api/nodes/edge-1/drain')).status, 204);
  t.deepEqual(
    actors.asked.map(({ path, message }) => [path, message.type]),
    [
      ['/drain', 'drain'],
      ['/drain', 'undrain'],
    ],
  );
});

test('only an administrator of all streams may', async t => {
  const { fetch, actors } = await serve(t, accepting(), { secrets: [SECRET] });
  const send = async (stream: string, can: 'observe' | 'publish' | 'admin') =>
    (await fetch('POST', '/api/nodes/edge-1/drain', await bearer({ stream, can: [can] }))).status;
  t.is(await send('*', 'observe'), 403);
  t.is(await send('*', 'publish'), 403);
  t.is(await send('math-*', 'admin'), 403);
  t.deepEqual(actors.asked, []);
  t.is(await send('*', 'admin'), 204);
  t.is((await fetch('POST', '/api/nodes/edge-1/drain')).status, 401);
});

test('a node that is not there, or does not answer', async t => {
  const gone = await serve(t, fakeActors({ drain: notReachable }));
  t.is((await gone.fetch('POST', '/api/nodes/edge-1/drain')).status, 404);
  const stuck = await serve(t, fakeActors({ drain: timeout }));
  t.is((await stuck.fetch('POST', '/api/nodes/edge-1/drain')).status, 504);
});
