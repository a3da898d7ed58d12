import test from 'ava';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { sendVideo } from './media.ts';

/** A message that the stream's behaviour cannot read: it throws. */
const poison = { type: 'subscribe' };

test('a stream’s actor that crashes is told again who publishes and who watches, and media goes on', async t => {
  const world = new ShardWorld(14);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  world.shard.system.tell(
    { node: 'sim-1', incarnation: 0, path: '/shards/shard-0/streams/stream-math-101' },
    poison,
  );
  await world.pass(1000);
  t.is(world.shard.system.counters.crashes, 1);

  student.client.rtp.length = 0;
  await sendVideo(world, teacher, { count: 20 });
  await world.pass(100);
  t.is(student.client.rtp.length, 20);
  const { streams } = await world.report();
  t.like(streams[0], { stream: 'math-101', live: true, viewers: 1 });
  await world.stop();
});

test('after its actor has crashed once, a stream can end and be published again', async t => {
  const world = new ShardWorld(15);
  await world.start();
  const first = await world.publish('math-101');
  await world.pass(1000);
  world.shard.system.tell(
    { node: 'sim-1', incarnation: 0, path: '/shards/shard-0/streams/stream-math-101' },
    poison,
  );
  await world.pass(1000);
  await first.client.leave();
  await world.pass(1000);
  t.deepEqual((await world.report()).streams, []);

  await world.publish('math-101');
  await world.pass(1000);
  t.like((await world.report()).streams[0], { stream: 'math-101', live: true });
  await world.stop();
});
