import test from 'ava';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { sendVideo } from './media.ts';

const JOINS = 200;

test('200 joins and leaves, half of them without a word, leave nothing behind', async t => {
  const world = new ShardWorld(2);
  await world.start();
  const atRest = { paths: world.shard.system.paths(), entries: world.shard.plane.entries };
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const students: Joined[] = [];
  for (let i = 0; i < JOINS; i += 1) students.push(await world.view('math-101'));
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  const busy = await world.report();
  t.is(busy.viewers, JOINS);
  t.true(students.every(({ client }) => client.rtp.length === 10));

  for (const [i, { client }] of students.entries()) await (i % 2 === 0 ? client.leave() : client.vanish());
  await teacher.client.vanish();
  // Consent expires 25 s after the last check; a session whose client vanished is gone within 30 s.
  await world.pass(30_000);

  t.deepEqual(world.shard.system.paths(), atRest.paths);
  t.is(world.shard.plane.entries, atRest.entries);
  t.is(world.shard.system.timersSet, 0);
  t.is(world.clock.timersSet, 0);
  const empty = await world.report();
  t.deepEqual([empty.publishers, empty.viewers, empty.streams.length], [0, 0, 0]);
  await world.stop();
});
