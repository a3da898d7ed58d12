import test from 'ava';
import { ClusterWorld } from '../../../simulations/cluster-world.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

test('the first viewer of another site begins with the last keyframe, and the publisher is asked for none', async t => {
  const world = new ClusterWorld(11, twoSites);
  await world.start();
  const push = world.node('bj-push').shard;
  const pull = world.node('gz-pull').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  await sendVideo(push, teacher, { count: 50, intervalMs: 20 });
  teacher.client.rtcp.length = 0;

  const student = await pull.view('math-101');
  await sendVideo(push, teacher, { count: 100, first: 50, intervalMs: 20, isKeyframe: () => false });
  await world.pass(500);
  const packets = student.client.rtp.map(bytes => parseRtp(bytes)!);
  t.deepEqual(
    packets.map(({ bytes }) => numberOf(bytes)),
    Array.from({ length: 150 }, (_, i) => i),
  );
  packets.forEach((packet, i) => {
    if (i === 0) return;
    t.is(packet.sequenceNumber, (packets[i - 1]!.sequenceNumber + 1) & 0xffff);
    t.true(packet.timestamp > packets[i - 1]!.timestamp);
  });
  // The live frames are as far apart as they were made: 20 ms.
  t.is(packets[140]!.timestamp - packets[139]!.timestamp, 900);
  const asked = teacher.client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .filter(({ kind }) => kind === 'picture-loss-indication');
  t.deepEqual(asked, []);
  await world.stop();
});

test('one that comes when the last keyframe is long past has one asked for, once', async t => {
  const world = new ClusterWorld(12, twoSites);
  await world.start();
  const push = world.node('bj-push').shard;
  const pull = world.node('gz-pull').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  await sendVideo(push, teacher, { count: 300, intervalMs: 20 });
  teacher.client.rtcp.length = 0;
  const student = await pull.view('math-101');
  await sendVideo(push, teacher, { count: 40, first: 300, intervalMs: 20, isKeyframe: () => false });
  const asked = () =>
    teacher.client.rtcp
      .flatMap(bytes => parseRtcp(bytes)!)
      .filter(({ kind }) => kind === 'picture-loss-indication').length;
  t.is(asked(), 1);
  t.deepEqual(student.client.rtp, []);
  await sendVideo(push, teacher, { count: 100, first: 340, intervalMs: 20 });
  await world.pass(500);
  t.is(numberOf(parseRtp(student.client.rtp[0]!)!.bytes), 340);
  t.is(student.client.rtp.length, 100);
  t.is(asked(), 1);
  await world.stop();
});
