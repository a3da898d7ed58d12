import test from 'ava';
import { ClusterWorld } from '../../../simulations/cluster-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

test('a stream published in one site is watched in the other, over both relays, and crosses once', async t => {
  const world = new ClusterWorld(1, twoSites);
  await world.start();
  const push = world.node('bj-push').shard;
  const pull = world.node('gz-pull').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  const first = await pull.view('math-101');
  await world.pass(1000);
  await sendVideo(push, teacher, { count: 50 });
  // Time for it to get there, and no pause in which the camera would seem to stand still.
  await world.pass(30);
  const numbers = first.client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
  t.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, i) => i),
  );

  const between = () =>
    world.network.linkStatistics(world.node('bj-relay').address, world.node('gz-relay').address)
      .bytesScheduled;
  const before = between();
  await sendVideo(push, teacher, { count: 100, first: 50 });
  const oneViewer = between() - before;
  const second = await pull.view('math-101');
  await sendVideo(push, teacher, { count: 100, first: 150 });
  const atTwo = between();
  await sendVideo(push, teacher, { count: 100, first: 250 });
  const twoViewers = between() - atTwo;
  await world.pass(1500);
  t.true(second.client.rtp.length >= 99);
  t.true(
    Math.abs(twoViewers - oneViewer) < oneViewer * 0.05,
    `${oneViewer} bytes for one, ${twoViewers} for two`,
  );

  const { streams } = await world.report();
  const routes = streams.find(({ stream }) => stream === 'math-101')!.routes;
  t.true(
    routes.some(route => route.join(' ') === 'bj-push bj-relay gz-relay gz-pull'),
    JSON.stringify(routes),
  );
  await world.stop();
});

test('after the last viewer has left, the stream crosses no more', async t => {
  const world = new ClusterWorld(2, twoSites);
  await world.start();
  const push = world.node('bj-push').shard;
  const pull = world.node('gz-pull').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  const viewer = await pull.view('math-101');
  await world.pass(1000);
  await sendVideo(push, teacher, { count: 20 });
  t.true(viewer.client.rtp.length > 0);
  await viewer.client.leave();
  await world.pass(10_000);
  const between = () =>
    world.network.linkStatistics(world.node('bj-relay').address, world.node('gz-relay').address)
      .bytesScheduled;
  const before = between();
  await sendVideo(push, teacher, { count: 100, first: 20 });
  t.is(between(), before);
  t.is(pull.shard.plane.entries, 0);
  await world.stop();
});
