/** Redis goes away for ten minutes: nobody who asks notices, and when it is back all is as before, by itself. */
import test from 'ava';
import type { Placed } from '../../../actors/scheduler/messages.ts';
import { allOfTwo as all, type SeveralSchedulers, twoSchedulers } from './several.ts';

const TEN_MINUTES_MS = 600_000;
const math = { stream: 'math', live: true, origin: 'push', epoch: 7 };

async function registrations(cluster: SeveralSchedulers): Promise<number> {
  const reports = [await cluster.report('s1'), await cluster.report('s2')];
  return reports.reduce((sum, { counters }) => sum + counters.registrations!, 0);
}

function saidOfRegistry(cluster: SeveralSchedulers, scheduler: string): readonly unknown[] {
  return cluster.nodes
    .get(scheduler)!
    .log.map(entry => (entry as unknown as { event?: string }).event)
    .filter(event => event?.startsWith('registry'));
}

for (const how of ['down', 'hang'] as const) {
  test(`by ${how === 'down' ? 'ending' : 'hanging'}: placements go on, no node is lost, new streams are found`, async t => {
    const cluster = await twoSchedulers();
    cluster.redis[how]();
    // Longer than any lease, in steps in which a gap would be seen.
    for (let i = 0; i < 200; i += 1) {
      await cluster.run(50);
      for (const scheduler of ['s1', 's2']) {
        const { nodes, streams } = await cluster.report(scheduler);
        t.is(nodes.length, all.length, `${scheduler} after ${50 * (i + 1)} ms`);
        t.like(streams, [math]);
      }
      t.is((await cluster.placed('gateway', 'pull')).node, 'pull');
    }
    await cluster.run(TEN_MINUTES_MS);
    cluster.publish('push', 'physics', 9);
    await cluster.run(10);
    for (const scheduler of ['s1', 's2']) {
      const { streams, counters } = await cluster.report(scheduler);
      t.like(streams, [math, { stream: 'physics', live: true, origin: 'push', epoch: 9 }]);
      t.is(counters.leaves, 0);
      t.is(counters.registryAway, 1);
    }

    cluster.redis.up();
    await cluster.run(5000);
    const before = await registrations(cluster);
    await cluster.run(10_000);
    t.is((await registrations(cluster)) - before, 10 * all.length, 'each node speaks to one scheduler again');
    for (const scheduler of ['s1', 's2']) {
      t.deepEqual(await cluster.knownTo(scheduler), all);
      t.is((await cluster.report(scheduler)).counters.leaves, 0, 'nobody was missed meanwhile');
      t.deepEqual(saidOfRegistry(cluster, scheduler), [
        'registry-shared',
        'registry-away',
        'registry-shared',
      ]);
    }
  });
}

test('one scheduler alone does not reach it: nodes speak to that one too', async t => {
  const cluster = await twoSchedulers();
  cluster.redis.cutOff.add('s2');
  for (let i = 0; i < 200; i += 1) {
    await cluster.run(50);
    for (const scheduler of ['s1', 's2']) t.deepEqual(await cluster.knownTo(scheduler), all);
  }
  cluster.publish('push', 'physics', 9);
  await cluster.run(10);
  for (const scheduler of ['s1', 's2']) {
    const { streams, counters } = await cluster.report(scheduler);
    t.like(streams, [math, { stream: 'physics', live: true, origin: 'push', epoch: 9 }]);
    t.is(counters.leaves, 0);
  }
  cluster.redis.cutOff.clear();
  await cluster.run(5000);
  const before = await registrations(cluster);
  await cluster.run(10_000);
  t.is((await registrations(cluster)) - before, 10 * all.length);
});

test('who comes, dies or is published meanwhile is known to both', async t => {
  const cluster = await twoSchedulers();
  cluster.redis.down();
  await cluster.run(60_000);
  cluster.add('late', ['pull'], 0);
  await cluster.run(1000);
  cluster.kill('pull');
  await cluster.run(1000);
  for (const scheduler of ['s1', 's2']) {
    t.deepEqual(await cluster.knownTo(scheduler), ['gateway', 'late', 'push', 's1', 's2']);
  }
  t.is((await cluster.placed('gateway', 'pull')).node, 'late');
});

test('a scheduler dies and comes back while Redis is away', async t => {
  const cluster = await twoSchedulers();
  cluster.redis.down();
  await cluster.run(60_000);
  cluster.kill('s1');
  const answers: Placed[] = [];
  for (let i = 0; i < 100; i += 1) {
    if (i === 50) cluster.revive('s1');
    await cluster.run(50);
    answers.push(await cluster.placed('gateway', 'pull'));
  }
  t.deepEqual([...new Set(answers.map(({ type, node }) => `${type} ${node}`))], ['placed pull']);
  await cluster.run(1000);
  t.deepEqual(await cluster.knownTo('s1'), all);
  cluster.redis.up();
  await cluster.run(5000);
  t.deepEqual(await cluster.knownTo('s2'), all);
});
