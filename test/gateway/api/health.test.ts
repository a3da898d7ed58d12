import test from 'ava';
import { fakeActors, notReachable, shardReport } from '../fake-actors.ts';
import { SECRET, serve } from '../serve.ts';

test('a node whose shards answer is live and ready, and says so to everybody', async t => {
  const { fetch } = await serve(t, fakeActors(), { secrets: [SECRET] });
  t.like(await (await fetch('GET', '/live')).json(), { status: 'live', node: 'node-1' });
  const ready = await fetch('GET', '/ready');
  t.is(ready.status, 200);
  t.like(await ready.json(), { status: 'ready', shards: 2 });
});

test('a node with a silent shard is live, but not ready, and says which', async t => {
  const report = ({ path }: { path: string }) => (path.endsWith('1') ? notReachable : shardReport(0));
  const { fetch } = await serve(t, fakeActors({ report }));
  t.is((await fetch('GET', '/live')).status, 200);
  const ready = await fetch('GET', '/ready');
  t.is(ready.status, 503);
  t.is(ready.headers.get('Retry-After'), '1');
  t.regex(((await ready.json()) as { detail: string }).detail, /core shard 1 of 2/);
});
