/** Two schedulers: they know the same, and one that dies, hangs or comes back costs nobody a question. */
import test, { type ExecutionContext } from 'ava';
import type { Located, Placed } from '../../../actors/scheduler/messages.ts';
import { allOfTwo as all, type SeveralSchedulers, twoSchedulers } from './several.ts';

type Question = { readonly type: string; readonly [field: string]: unknown };

const place: Question = { type: 'place', role: 'pull', stream: 'math', exclude: [] };
const locate: Question = { type: 'locate', stream: 'math' };

/** Asks two questions every 10 ms of that time; each has to be answered, and rightly. How long the longest took. */
async function keepsAsking(
  t: ExecutionContext,
  cluster: SeveralSchedulers,
  durationMs: number,
): Promise<number> {
  const answers: Promise<Placed | Located>[] = [];
  let longestMs = 0;
  for (let atMs = 0; atMs < durationMs; atMs += 10) {
    for (const question of [place, locate]) {
      const askedAtMs = cluster.clock.nowMs();
      const answer = cluster.question<Placed | Located>('gateway', question);
      answers.push(
        answer.then(given => {
          longestMs = Math.max(longestMs, cluster.clock.nowMs() - askedAtMs);
          return given;
        }),
      );
    }
    await cluster.run(10);
  }
  await cluster.run(2000);
  for (const answer of await Promise.all(answers)) {
    if (answer.type === 'placed') t.is(answer.node, 'pull');
    else t.like(answer, { type: 'located', live: true, origin: 'push', epoch: 7 });
  }
  t.log(`the longest of ${answers.length} took ${longestMs} ms`);
  return longestMs;
}

for (const hasRedis of [true, false]) {
  const how = hasRedis ? 'with Redis' : 'Redis being away from the start';
  test(`each knows what the other was told, ${how}`, async t => {
    const cluster = await twoSchedulers(hasRedis);
    for (const scheduler of ['s1', 's2']) {
      t.deepEqual(await cluster.knownTo(scheduler), all);
      const { streams, counters } = await cluster.report(scheduler);
      t.like(streams, [{ stream: 'math', live: true, origin: 'push', epoch: 7 }], scheduler);
      t.is(counters.leaves, 0);
    }
  });

  test(`one is killed: no question fails, ${how}`, async t => {
    const cluster = await twoSchedulers(hasRedis);
    cluster.clock.setTimer(505, () => cluster.kill('s1'));
    t.true((await keepsAsking(t, cluster, 6000)) < 50);
    t.deepEqual(await cluster.knownTo('s2'), ['gateway', 'pull', 'push', 's2']);
  });

  test(`one hangs: what it does not answer is asked of the other, ${how}`, async t => {
    const cluster = await twoSchedulers(hasRedis);
    cluster.clock.setTimer(505, () => cluster.freeze('s1'));
    const longestMs = await keepsAsking(t, cluster, 6000);
    t.true(longestMs >= 500 && longestMs <= 610);
  });

  test(`one is back with nothing in its memory: it answers when it knows all again, ${how}`, async t => {
    const cluster = await twoSchedulers(hasRedis);
    cluster.clock.setTimer(505, () => cluster.kill('s1'));
    // The gateway is the first to find it, long before the edges do.
    cluster.clock.setTimer(2005, () => cluster.revive('s1', ['push', 'pull', 's2']));
    t.true((await keepsAsking(t, cluster, 8000)) < 50);
    t.deepEqual(await cluster.knownTo('s1'), all);
    t.deepEqual(await cluster.knownTo('s2'), all);
  });
}

test('a scheduler that was started again knows all as soon as it has read the registry', async t => {
  const cluster = await twoSchedulers();
  cluster.kill('s1');
  await cluster.run(5000);
  cluster.revive('s1', ['gateway', 'push', 'pull', 's2']);
  await cluster.run(50);
  t.deepEqual(await cluster.knownTo('s1'), all);
  t.like((await cluster.report('s1')).streams, [{ stream: 'math', origin: 'push', epoch: 7 }]);
});

test('a link that breaks is news for the scheduler that the node speaks to, and for no other', async t => {
  const cluster = await twoSchedulers();
  const leaves = async (scheduler: string) => (await cluster.report(scheduler)).counters.leaves;
  cluster.breakLink('s2', 'push');
  await cluster.run(1000);
  t.deepEqual([await leaves('s1'), await leaves('s2')], [0, 0]);
  cluster.kill('push');
  await cluster.run(10);
  for (const scheduler of ['s1', 's2']) t.false((await cluster.knownTo(scheduler)).includes('push'));
});

test('a node tells one scheduler of itself, and each more than one only where they share nothing', async t => {
  for (const [hasRedis, times] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const cluster = await twoSchedulers(hasRedis);
    const registrations = async () => {
      const reports = [await cluster.report('s1'), await cluster.report('s2')];
      return reports.reduce((sum, { counters }) => sum + counters.registrations!, 0);
    };
    const before = await registrations();
    await cluster.run(10_000);
    t.is((await registrations()) - before, 10 * times * all.length);
  }
});
