import test from 'ava';
import { StreamTrack } from '../../../actors/forwarding/stream-track.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { sendVideo } from './media.ts';

// Serial by being alone in its file: the fault is planted in the class itself.
test('a track’s core that throws faults its own actor alone, and the track goes on in its numbering', async t => {
  const world = new ShardWorld(12);
  await world.start();
  const teacher = await world.publish('math-101');
  const other = await world.publish('physics-7');
  await world.pass(1000);
  const student = await world.view('math-101');
  const bystander = await world.view('physics-7');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 10 });

  const { receive } = StreamTrack.prototype;
  let faults = 0;
  StreamTrack.prototype.receive = () => {
    faults += 1;
    StreamTrack.prototype.receive = receive;
    throw new Error('planted');
  };
  await sendVideo(world, teacher, { count: 10, first: 10, isKeyframe: number => number % 3 === 0 });
  await sendVideo(world, other, { count: 10 });
  await world.pass(100);

  t.is(faults, 1);
  t.is(world.shard.system.counters.crashes, 1);
  t.is(world.shard.system.counters.restarts, 1);
  t.is(bystander.client.rtp.length, 10);
  const packets = student.client.rtp.map(bytes => parseRtp(bytes)!);
  // The one that faulted, and those up to the next keyframe.
  t.true(packets.length >= 16, `${packets.length} of 20 arrived`);
  t.true(packets.every((packet, i) => packet.sequenceNumber === ((packets[0]!.sequenceNumber + i) & 0xffff)));
  t.deepEqual(world.failures, []);
  const report = await world.report();
  t.is(report.counters.track_faults_total, 1);
  await world.stop();
});
