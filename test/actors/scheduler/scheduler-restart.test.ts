import test from 'ava';
import type {
  ClusterReport,
  Located,
  NotPlaced,
  Parent,
  Placed,
  SchedulerIs,
} from '../../../actors/scheduler/messages.ts';
import { at } from '../runtime/harness.ts';
import { carried, published, type TestCluster, testCluster } from './fixtures.ts';

const place = { type: 'place', role: 'pull', stream: 'math', idc: 'south', exclude: [] };

async function classInTwoSites(cluster: TestCluster) {
  const edge = cluster.add('edge-north');
  const relay = cluster.add('relay-south', { idc: 'south', roles: ['relay'] }, 0);
  const far = cluster.add('edge-south', { idc: 'south', roles: ['pull'] });
  const links = [edge, relay, far].map(node => cluster.link(node));
  edge.shard.streams.push(published('math', 'edge-north', 7));
  far.shard.viewers = 3;
  for (const [node, parent] of [
    [relay, 'edge-north'],
    [far, 'relay-south'],
  ] as const) {
    const facts = { type: 'facts', source: node.membership, streams: [carried('math', parent, 7)] };
    node.system.tell(node.membership, facts);
  }
  await cluster.run(2000);
  return { edge, relay, far, links };
}

async function nodesAndTree(cluster: TestCluster) {
  const { nodes, streams } = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
  return {
    nodes: nodes.map(({ node, idc, roles, load }) => [node, idc, roles.join('+'), load.viewers, load.cores]),
    streams,
  };
}

const whole = {
  nodes: [
    ['edge-north', 'north', 'push+pull', 0, 1],
    ['edge-south', 'south', 'pull', 3, 1],
    ['relay-south', 'south', 'relay', 0, 0],
  ],
  streams: [
    {
      stream: 'math',
      live: true,
      origin: 'edge-north',
      epoch: 7,
      nodes: [
        { node: 'edge-north', viewers: 0 },
        { node: 'edge-south', parent: 'relay-south', viewers: 0 },
        { node: 'relay-south', parent: 'edge-north', viewers: 0 },
      ],
      routes: [['edge-north'], ['edge-north', 'relay-south', 'edge-south'], ['edge-north', 'relay-south']],
    },
  ],
};

test('nodes register, and the scheduler places clients, names parents and finds streams', async t => {
  const cluster = testCluster();
  cluster.startScheduler();
  await classInTwoSites(cluster);
  t.deepEqual(await nodesAndTree(cluster), whole as never);
  t.deepEqual(await cluster.ask<Placed>(place), { type: 'placed', node: 'edge-south', idc: 'south' });
  const parent = await cluster.ask<Parent>({
    type: 'find-parent',
    stream: 'math',
    node: 'edge-south',
    path: [],
  } as never);
  t.deepEqual(parent, {
    type: 'parent',
    node: 'relay-south',
    idc: 'south',
    relay: { address: '10.0.0.1', port: 7100 },
    epoch: 7,
    route: ['edge-north', 'relay-south'],
  });
  const located = await cluster.ask<Located>({ type: 'locate', stream: 'math' } as never);
  t.deepEqual(located, { type: 'located', stream: 'math', live: true, origin: 'edge-north', epoch: 7 });
  const other = await cluster.ask<Located>({ type: 'locate', stream: 'other' } as never);
  t.deepEqual(other, { type: 'located', stream: 'other', live: false });
  t.deepEqual(
    cluster.events().map(({ event, node, stream }) => [event, node, stream]),
    [
      ['node-joined', 'edge-north', undefined],
      ['stream-live', 'edge-north', 'math'],
      ['node-joined', 'edge-south', undefined],
      ['node-joined', 'relay-south', undefined],
    ],
    'one line a change',
  );
});

for (const how of ['a crash', 'another process, links and all'] as const) {
  test(`everything is found again within 3 s from what nodes announce, after ${how}`, async t => {
    const cluster = testCluster();
    const address = cluster.startScheduler();
    const { edge, relay, far, links } = await classInTwoSites(cluster);
    if (how === 'a crash') {
      // What no link lets pass: a message that is none.
      cluster.scheduler.system.tell(address, null as never);
      await cluster.run(0);
      t.is(cluster.scheduler.system.counters.restarts, 1);
    } else {
      cluster.scheduler.system.stopActor(address);
      for (const link of links) link.close();
      await cluster.run(10_000);
      t.deepEqual(
        [edge, relay, far].map(({ system }) => system.counters.restarts),
        [0, 0, 0],
        'nobody crashed meanwhile',
      );
      const asked = edge.system.ask<SchedulerIs>(edge.membership, { type: 'where-is-scheduler' }, 100);
      await cluster.run(0);
      t.deepEqual(await asked, { type: 'scheduler-is', address: at('/scheduler', 's'), reachable: false });
      cluster.startScheduler();
      for (const node of [edge, relay, far]) cluster.link(node);
      t.like(await cluster.ask<NotPlaced>(place), { status: 503, isUnsure: true });
    }
    await cluster.run(3000);
    t.deepEqual(await nodesAndTree(cluster), whole as never);
    t.like(await cluster.ask<Placed>(place), { node: 'edge-south' });
    const asked = edge.system.ask<SchedulerIs>(edge.membership, { type: 'where-is-scheduler' }, 100);
    await cluster.run(0);
    t.true((await asked).reachable);
  });
}

test('after a crash nodes are back as soon as they hear of it', async t => {
  const cluster = testCluster();
  const address = cluster.startScheduler();
  await classInTwoSites(cluster);
  await cluster.run(500);
  cluster.scheduler.system.tell(address, null as never);
  await cluster.run(100);
  t.deepEqual(await nodesAndTree(cluster), whole as never);
});
