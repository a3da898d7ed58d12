import test from 'ava';
import type { ClusterReport, Peers, Placed, Register } from '../../../actors/scheduler/messages.ts';
import { UNSTEADY_LEAVES, UNSTEADY_WINDOW_MS } from '../../../actors/scheduler/steadiness.ts';
import { testCluster } from './fixtures.ts';

const place = { type: 'place', role: 'pull', stream: 'math', idc: 'north', exclude: [] };

test('a node whose link comes and goes is told so, gets no sessions meanwhile, and disturbs nobody', async t => {
  const cluster = testCluster();
  cluster.startScheduler();
  const bad = cluster.add('bad');
  const good = cluster.add('good', { idc: 'south' });
  const links = [cluster.link(bad), cluster.link(good)] as const;
  await cluster.run(1000);
  t.like(await cluster.ask<Placed>(place), { node: 'bad' });
  const told = () =>
    links[1].posted.flatMap(item =>
      item.kind === 'message' && item.message.type === 'peers' ? [item.message as Peers] : [],
    );
  const before = told().length;

  let [link] = links;
  for (let i = 0; i < UNSTEADY_LEAVES; i += 1) {
    link.close();
    await cluster.run(10);
    const { nodes } = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
    t.deepEqual(
      nodes.map(({ node }) => node),
      ['good'],
      'out at once, not after seconds of silence',
    );
    link = cluster.link(bad);
    bad.system.tell(bad.membership, { type: 'link-up', node: 's' } as never);
    await cluster.run(500);
  }
  await cluster.run(1000);
  t.is(told().length, before, 'who went and came back within the tenth of a second is no news to others');
  t.like(await cluster.ask<Placed>(place), { node: 'good' });
  const { counters } = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
  t.like(counters, { joins: 2 + UNSTEADY_LEAVES, leaves: UNSTEADY_LEAVES, unsteadyJoins: 1 });
  const warnings = bad.log.filter(({ message }) => message.includes('places sessions elsewhere'));
  t.is(warnings.length, 1, 'said once');
  t.regex(warnings[0]!.message, /broke 3 times or more within 60 s/);
  t.deepEqual(
    good.log.map(({ level }) => level),
    ['info'],
  );

  await cluster.run(UNSTEADY_WINDOW_MS);
  t.like(await cluster.ask<Placed>(place), { node: 'bad' }, 'after a quiet minute it counts as before');
});

test('a node that is silent over an open link is out after three seconds, to the millisecond', async t => {
  const cluster = testCluster();
  cluster.startScheduler();
  const node = cluster.add('edge');
  const link = cluster.link(node);
  await cluster.run(1000);
  const registered = link.posted.filter(item => item.kind === 'message' && item.message.type === 'register');
  t.true(registered.length > 0);
  node.system.stopActor(node.membership);
  await cluster.run(0);
  t.like(cluster.events().at(-1), { event: 'node-left', reason: 'stopped' });

  // One that registers once by hand and then says no more.
  const last = (registered.at(-1) as unknown as { message: Register }).message;
  const inbox = node.system.inbox(() => {});
  const address = inbox.address;
  const hand: Register = { ...last, address, replyTo: address };
  cluster.scheduler.system.tell({ node: 's', incarnation: 0, path: '/scheduler' }, hand);
  const sinceMs = cluster.clock.nowMs();
  await cluster.run(2999);
  t.like(cluster.events().at(-1), { event: 'node-joined' });
  await cluster.run(1);
  t.like(cluster.events().at(-1), { event: 'node-left', node: 'edge', reason: 'silent' });
  t.is(cluster.clock.nowMs(), sinceMs + 3000);
});
