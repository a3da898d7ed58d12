import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { socketNode, until } from './socket-nodes.ts';

test('two nodes that dial each other have one link, and it serves both ways', async t => {
  const [a, b] = [await socketNode(t, 'a', { facts: { site: 'north' } }), await socketNode(t, 'b')];
  for (const node of [a, b]) for (const { endpoint } of [a, b]) node.links.connect(endpoint);
  await until(() => a.up.has('b') && b.up.has('a'));
  t.like(b.up.get('a')!.peer, { facts: { site: 'north' }, endpoint: a.endpoint, incarnation: 1, version: 1 });
  a.up.get('b')!.port.post({ n: 1 });
  b.up.get('a')!.port.post({ n: 2 });
  await until(() => a.items.length + b.items.length === 2);
  t.deepEqual([a.items, b.items], [[{ n: 2 }], [{ n: 1 }]]);
  t.deepEqual([a.links.peers.length, b.links.peers.length, a.ends, b.ends], [1, 1, [], []]);
});

test('100,000 items arrive in order, whichever side dialled', async t => {
  const [a, b] = [await socketNode(t, 'a'), await socketNode(t, 'b')];
  a.links.connect(b.endpoint);
  await until(() => a.up.has('b') && b.up.has('a'));
  for (const [from, to, name] of [
    [a, b, 'b'],
    [b, a, 'a'],
  ] as const) {
    const { port } = from.up.get(name)!;
    const framesBefore = from.links.counters.framesSent;
    const count = 100_000;
    for (let n = 0; n < count; n += 1) {
      port.post({ n, to: { node: name, incarnation: 0, path: '/shards/shard-0' }, text: 'x'.repeat(100) });
      if (n % 1_000 === 999) await new Promise(setImmediate);
    }
    await until(() => to.items.length >= count, 20_000);
    t.is(to.items.length, count);
    t.is(
      to.items.findIndex(({ n }, at) => n !== at),
      -1,
    );
    t.true(from.links.counters.framesSent - framesBefore < count / 50);
  }
});

test('a peer that closes is told of at once; one that comes back is linked again, as a new epoch', async t => {
  const [a, b] = [await socketNode(t, 'a'), await socketNode(t, 'b')];
  a.links.connect(b.endpoint);
  await until(() => a.up.has('b'));
  await b.links.close();
  await until(() => a.ends.length === 1, 1_500);
  t.deepEqual(a.ends, [{ code: 'closed', words: 'b stops', by: 'them' }]);
  const again = await socketNode(t, 'b', { listen: b.endpoint, incarnation: 2 });
  await until(() => a.up.has('b') && again.up.has('a'));
  t.is(a.up.get('b')!.peer.incarnation, 2);
  t.true(a.up.get('b')!.peer.epoch > 1);
});

test('on one machine nodes can be linked over ipc, without keys', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'zrtc-ipc-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const options = { keys: undefined };
  const a = await socketNode(t, 'a', { ...options, listen: `ipc://${folder}/a` });
  const b = await socketNode(t, 'b', { ...options, listen: `ipc://${folder}/b` });
  a.links.connect(b.endpoint);
  await until(() => a.up.has('b') && b.up.has('a'));
  a.up.get('b')!.port.post({ n: 1 });
  await until(() => b.items.length === 1);
  t.pass();
});

test('an endpoint that is none, or is taken, is said to be so', async t => {
  const a = await socketNode(t, 'a');
  a.links.connect('tcp://nonsense');
  await until(() => a.log.length > 0);
  t.regex(a.log[0]!.message, /^cannot join tcp:\/\/nonsense: cannot be dialled: /);
  await t.throwsAsync(() => socketNode(t, 'b', { listen: a.endpoint }), { code: 'EADDRINUSE' });
});
