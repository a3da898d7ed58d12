import test from 'ava';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from './media.ts';

test('what a publisher sends reaches every viewer, in one numbering, under the viewer’s own SSRC', async t => {
  const world = new ShardWorld(1);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const students = [await world.view('math-101'), await world.view('math-101')];
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 100, first: 65_500 });
  await world.pass(1000);

  for (const { client } of students) {
    const packets = client.rtp.map(bytes => parseRtp(bytes)!);
    t.deepEqual(
      packets.map(({ bytes }) => numberOf(bytes)),
      Array.from({ length: 100 }, (_, i) => 65_500 + i),
    );
    const first = packets[0]!.sequenceNumber;
    t.true(packets.every((packet, i) => packet.sequenceNumber === ((first + i) & 0xffff)));
    t.is(new Set(packets.map(({ ssrc }) => ssrc)).size, 1);
  }
  const ssrcs = students.map(({ client }) => parseRtp(client.rtp[0]!)!.ssrc);
  t.not(ssrcs[0], ssrcs[1]);
  t.deepEqual(world.failures, []);
  await world.stop();
});
