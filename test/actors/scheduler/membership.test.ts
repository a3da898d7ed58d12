import test from 'ava';
import { stop, tell } from '../../../actors/runtime/effects.ts';
import type { ClusterReport, Located, NodeReport } from '../../../actors/scheduler/messages.ts';
import { act, at, mortalPuppet } from '../runtime/harness.ts';
import { carried, published, testCluster } from './fixtures.ts';

const report = { type: 'report-cluster' };

async function oneNode() {
  const cluster = testCluster();
  cluster.startScheduler();
  const node = cluster.add('edge');
  cluster.link(node);
  await cluster.run(1500);
  const itself = async (): Promise<NodeReport> => (await cluster.ask<ClusterReport>(report)).nodes[0]!;
  return { cluster, node, itself };
}

test('load is what the shards report, packets a second included', async t => {
  const { cluster, node, itself } = await oneNode();
  node.shard.publishers = 2;
  node.shard.viewers = 40;
  node.shard.packets = 500;
  await cluster.run(1000);
  t.like((await itself()).load, { publishers: 2, viewers: 40, cores: 1, packetsPerSecond: 1000 });
  // A shard that was started again counts from 0.
  node.shard.packets = 100;
  await cluster.run(1000);
  t.like((await itself()).load, { packetsPerSecond: 0 });
});

test('a new stream can be found at once, and an end is known at once', async t => {
  const { cluster, node } = await oneNode();
  const locate = () => cluster.ask<Located>({ type: 'locate', stream: 'math' } as never);
  node.system.tell(node.membership, { type: 'local-stream', stream: 'math', epoch: 5, live: true } as never);
  await cluster.run(0);
  t.like(await locate(), { live: true, origin: 'edge', epoch: 5 });
  node.shard.streams.push(published('math', 'edge', 5));
  await cluster.run(3000);
  t.like(await locate(), { live: true, origin: 'edge', epoch: 5 });
  node.system.tell(node.membership, { type: 'local-stream', stream: 'math', epoch: 5, live: false } as never);
  node.shard.streams.pop();
  await cluster.run(0);
  t.like(await locate(), { live: false });
  await cluster.run(3000);
  t.like(await locate(), { live: false });
  t.deepEqual(
    cluster.events().map(({ event }) => event),
    ['node-joined', 'stream-live', 'stream-gone'],
    'no report that was under way made it go and come again',
  );
});

test('what another actor tells stands until it is gone, and viewers are those of the shards', async t => {
  const { cluster, node } = await oneNode();
  node.system.start('/relay', mortalPuppet, {
    first: [
      tell(node.membership, {
        type: 'facts',
        source: at('/relay', 'edge'),
        streams: [carried('math', 'parent', 9)],
      } as never),
    ],
  });
  node.shard.streams.push({ ...published('math', 'edge', 9), viewers: 12 });
  await cluster.run(100);
  const [early] = (await cluster.ask<ClusterReport>(report)).streams;
  t.like(early, { stream: 'math', live: false, epoch: 9 });
  await cluster.run(1000);
  const [stream] = (await cluster.ask<ClusterReport>(report)).streams;
  t.deepEqual(stream?.nodes, [{ node: 'edge', parent: 'parent', viewers: 12 }]);
  node.shard.streams.pop();
  node.system.tell(at('/relay', 'edge'), act(stop()));
  await cluster.run(1000);
  t.deepEqual((await cluster.ask<ClusterReport>(report)).streams, []);
});

test('a shard that does not answer keeps nobody from hearing of the node, and is out after three seconds', async t => {
  const { cluster, node, itself } = await oneNode();
  t.is((await itself()).load.cores, 1);
  node.system.stopActor(at('/shards/shard-0', 'edge'));
  await cluster.run(2000);
  t.is((await itself()).load.cores, 1, 'it may be busy');
  await cluster.run(2000);
  t.is((await itself()).load.cores, 0);
  t.true((await itself()).silentMs <= 1000);
});

test('a shard that is known to have ended is out at once', async t => {
  const { cluster, node, itself } = await oneNode();
  node.system.stopActor(at('/shards/shard-0', 'edge'));
  node.system.tell(node.membership, { type: 'shards-ready', shards: [] } as never);
  await cluster.run(0);
  t.is((await itself()).load.cores, 0);
});

test('a scheduler that is away is said once, and so is its coming back', async t => {
  const cluster = testCluster();
  const node = cluster.add('edge');
  await cluster.run(20_000);
  cluster.startScheduler();
  cluster.link(node);
  await cluster.run(5000);
  const said = node.log.filter(({ scheduler }) => scheduler === 's/scheduler');
  t.deepEqual(
    said.map(({ level, message }) => [level, message]),
    [
      ['warn', 'the scheduler is away: no answer for 3 s; this node goes on as it is and keeps trying'],
      ['info', 'registered with the scheduler'],
    ],
  );
  t.is(node.system.counters.restarts, 0);
});
