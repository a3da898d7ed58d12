import test from 'ava';
import { ClusterWorld } from '../../../simulations/cluster-world.ts';
import { sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

test('a viewer who comes while the scheduler, back just now, has not heard of the stream yet waits for it', async t => {
  const world = new ClusterWorld(13, twoSites);
  await world.start();
  const push = world.node('bj-push').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  await world.kill('control');
  await world.revive('control');
  world.cutControl('control', 'bj-push', true);
  await world.pass(1000);
  const { nodes, streams } = await world.report();
  t.deepEqual(nodes.map(({ node }) => node).sort(), ['bj-relay', 'control', 'gz-pull', 'gz-relay']);
  t.deepEqual(streams, []);

  world.clock.setTimer(500, () => world.cutControl('control', 'bj-push', false));
  const student = await world.node('gz-pull').shard.view('math-101');
  await sendVideo(push, teacher, { count: 50, intervalMs: 20 });
  await world.pass(500);
  t.is(student.client.rtp.length, 50);
  await world.stop();
});

test('a stream that nobody publishes is found not to be live within a few seconds also then', async t => {
  const world = new ClusterWorld(14, twoSites);
  await world.start();
  await world.kill('control');
  await world.revive('control');
  await world.pass(100);
  const beganMs = world.clock.nowMs();
  await t.throwsAsync(world.node('gz-pull').shard.view('math-101'), { message: /404/ });
  t.true(world.clock.nowMs() - beganMs < 4000);
  await world.stop();
});
