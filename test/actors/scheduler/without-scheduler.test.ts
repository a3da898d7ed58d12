import test from 'ava';
import type { HasStream, PeersKnown, StreamHere } from '../../../actors/scheduler/messages.ts';
import { published, type TestNode, testCluster } from './fixtures.ts';

test('a node that has lost its scheduler still tells whom it knows, and which streams it has', async t => {
  const world = testCluster();
  world.startScheduler();
  const [a, b] = ['a', 'b'].map(name => world.add(name)) as [TestNode, TestNode];
  const links = [a, b].map(node => world.link(node));
  a.shard.streams.push(published('math', 'a'));
  await world.run(3000);
  for (const link of links) link.close();
  await world.run(10_000);

  const ask = async <T>(node: TestNode, message: object) => {
    const answer = node.system.ask(node.membership, message as { type: string }, 100);
    await world.run(10);
    return (await answer) as T;
  };
  const { peers } = await ask<PeersKnown>(b, { type: 'list-peers' });
  t.deepEqual(peers.map(({ node }) => node).sort(), ['a', 'b']);
  t.like(
    peers.find(({ node }) => node === 'a'),
    { idc: 'north', roles: ['push', 'pull'] },
  );
  const math: Omit<HasStream, 'replyTo'> = { type: 'has-stream', stream: 'math' };
  t.deepEqual(await ask<StreamHere>(a, math), { type: 'stream-here', isLive: true, fullness: 0 });
  t.like(await ask<StreamHere>(b, math), { isLive: false });
  b.system.tell(b.membership, { type: 'draining', isDraining: true } as { type: string });
  t.like(await ask<StreamHere>(b, math), { fullness: 1 });
});
