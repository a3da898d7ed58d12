/** Publications are in one order for all schedulers, whatever the clocks of the edges say, with Redis and without. */
import test from 'ava';
import type { Placed, StreamSuperseded } from '../../../actors/scheduler/messages.ts';
import { SeveralSchedulers } from './several.ts';

/** Each edge holds to another scheduler, and so do the gateways. */
async function cluster(hasRedis = true): Promise<SeveralSchedulers> {
  const made = new SeveralSchedulers();
  if (!hasRedis) made.redis.down();
  made.add('s1', ['scheduler']);
  made.add('s2', ['scheduler']);
  made.add('g1', ['gateway'], 0);
  made.add('g2', ['gateway'], 1);
  made.add('e1', ['push'], 0);
  made.add('e2', ['push'], 1);
  await made.run(5000);
  return made;
}

function superseded(made: SeveralSchedulers, node: string): readonly StreamSuperseded[] {
  const all = made.nodes.get(node)!.heardByStreams as unknown as StreamSuperseded[];
  return all.filter(({ type }) => type === 'superseded');
}

for (const hasRedis of [true, false]) {
  const how = hasRedis ? 'with Redis' : 'without Redis';

  test(`the older of two publications at edges of two schedulers is fenced off, ${how}`, async t => {
    const made = await cluster(hasRedis);
    const epoch = made.clock.wallMs();
    made.publish('e1', 'math', epoch);
    await made.run(500);
    made.publish('e2', 'math', epoch + 500);
    await made.run(20);
    t.true(superseded(made, 'e1').length > 0, 'at once');
    t.like(superseded(made, 'e1')[0], { stream: 'math', node: 'e2', epoch: epoch + 500 });
    t.deepEqual(superseded(made, 'e2'), []);
    for (const scheduler of ['s1', 's2']) {
      t.like((await made.report(scheduler)).streams, [{ origin: 'e2', epoch: epoch + 500 }]);
    }
  });

  test(`who publishes next is told the newest epoch by either scheduler, ${how}`, async t => {
    const made = await cluster(hasRedis);
    // The clock of e1 is an hour ahead.
    const ahead = made.clock.wallMs() + 3_600_000;
    made.publish('e1', 'math', ahead);
    await made.run(20);
    for (const gateway of ['g1', 'g2']) t.is((await made.placed(gateway, 'push')).afterEpoch, ahead);
  });
}

test('Redis keeps the newest epoch for schedulers that know nobody who remembers it', async t => {
  const made = await cluster();
  const ahead = made.clock.wallMs() + 3_600_000;
  made.publish('e1', 'math', ahead);
  await made.run(20);
  for (const name of ['e1', 's1', 's2']) made.kill(name);
  await made.run(10_000);
  for (const name of ['s1', 's2']) made.revive(name);
  await made.run(5000);
  for (const gateway of ['g1', 'g2']) {
    const placed: Placed = await made.placed(gateway, 'push');
    t.like(placed, { node: 'e2', afterEpoch: ahead });
  }
});

test('an epoch that cannot be true is kept by nobody', async t => {
  const made = await cluster();
  const newest = made.clock.wallMs() - 5;
  made.publish('e2', 'physics', newest);
  made.publish('e1', 'math', made.clock.wallMs() + 1e9);
  await made.run(20);
  for (const name of ['e1', 's1', 's2']) made.kill(name);
  await made.run(10_000);
  for (const name of ['s1', 's2']) made.revive(name);
  await made.run(5000);
  t.like(await made.placed('g2', 'push'), { node: 'e2', afterEpoch: newest });
});

test('while Redis is away it is what nodes say themselves, and Redis hears of it afterwards', async t => {
  const made = await cluster();
  made.redis.down();
  await made.run(60_000);
  const ahead = made.clock.wallMs() + 3_600_000;
  made.publish('e1', 'math', ahead);
  await made.run(20);
  for (const gateway of ['g1', 'g2']) t.is((await made.placed(gateway, 'push')).afterEpoch, ahead);
  made.redis.up();
  await made.run(5000);
  for (const name of ['e1', 's1', 's2']) made.kill(name);
  await made.run(10_000);
  for (const name of ['s1', 's2']) made.revive(name);
  await made.run(5000);
  t.is((await made.placed('g2', 'push')).afterEpoch, ahead);
});
