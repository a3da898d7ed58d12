import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import type {
  ClusterReport,
  NotPlaced,
  Place,
  Placed,
  StreamSuperseded,
} from '../../../actors/scheduler/messages.ts';
import { puppet } from '../runtime/harness.ts';
import { published, testCluster } from './fixtures.ts';

const push: Omit<Place, 'replyTo'> = { type: 'place', role: 'push', stream: 'physics', exclude: [] };

function cluster() {
  const world = testCluster();
  world.startScheduler();
  const heard: Message[] = [];
  const [old, young] = ['a', 'b'].map(name => world.add(name));
  for (const node of [old!, young!]) world.link(node);
  old!.system.start('/shards/shard-0/streams', puppet, { heard });
  return { world, old: old!, young: young!, heard: heard as readonly unknown[] };
}

const word: StreamSuperseded = { type: 'superseded', stream: 'math', node: 'b', epoch: 7 };

test('the shards of a node whose publication is the older one are told, until they say no more that they have it', async t => {
  const { world, old, young, heard } = cluster();
  old.shard.streams.push(published('math', 'a', 5));
  await world.run(1500);
  t.deepEqual(heard, []);
  young.shard.streams.push(published('math', 'b', 7));
  await world.run(3000);
  t.true(heard.length >= 2);
  for (const one of heard) t.deepEqual(one, word);
  const { streams, counters } = await world.ask<ClusterReport>({ type: 'report-cluster' });
  t.like(streams[0], { stream: 'math', origin: 'b', epoch: 7 });
  t.true(counters.publicationsFenced! >= 2);

  old.shard.streams.length = 0;
  await world.run(1000);
  const told = heard.length;
  await world.run(3000);
  t.is(heard.length, told);
});

test('a node that was out of reach while the stream was published elsewhere is told when it is back', async t => {
  const { world, old, young, heard } = cluster();
  old.shard.streams.push(published('math', 'a', 5));
  await world.run(1500);
  world.link(old).close();
  await world.run(100);
  young.shard.streams.push(published('math', 'b', 7));
  await world.run(3000);
  t.deepEqual(heard, []);
  world.link(old);
  await world.run(1500);
  t.deepEqual(heard[0], word);
});

test('a publisher is placed with the newest epoch that was heard of, unless that is a day ahead', async t => {
  const { world, old } = cluster();
  await world.run(1500);
  t.false('afterEpoch' in (await world.ask<Placed>(push)));
  const epoch = world.clock.wallMs() + 60_000;
  old.shard.streams.push(published('math', 'a', epoch));
  await world.run(1500);
  old.shard.streams.length = 0;
  await world.run(1500);
  t.is((await world.ask<Placed>(push)).afterEpoch, epoch);
  t.false('afterEpoch' in (await world.ask<Placed>({ ...push, role: 'pull' } as typeof push)));
  old.shard.streams.push(published('math', 'a', epoch + 2 * 24 * 60 * 60 * 1000));
  await world.run(1500);
  t.false('afterEpoch' in (await world.ask<Placed>(push)));
});

test('for three seconds after its start the scheduler says of a stream that it has not heard of that it may be somewhere', async t => {
  const { world, old } = cluster();
  const pull = { ...push, role: 'pull', stream: 'math' } as const;
  await world.run(500);
  t.true((await world.ask<Placed>(pull)).isUnsure);
  t.false('isUnsure' in (await world.ask<Placed>(push)));
  // Another edge may be there that it has not heard of.
  const nowhere = { exclude: ['a', 'b'] };
  t.like(await world.ask<NotPlaced>({ ...pull, ...nowhere }), { status: 503, isUnsure: true });
  old.shard.streams.push(published('math', 'a', 5));
  await world.run(1500);
  t.false('isUnsure' in (await world.ask<Placed>(pull)));
  const other = { ...pull, stream: 'physics' };
  t.true((await world.ask<Placed>(other)).isUnsure);
  await world.run(1000);
  t.false('isUnsure' in (await world.ask<Placed>(other)));
  const full = await world.ask<NotPlaced>({ ...other, ...nowhere });
  t.is(full.status, 503);
  t.false('isUnsure' in full);
});
