import test from 'ava';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { buildNack, buildPli } from '../../../transports/rtcp/build.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { codecById } from '../../../transports/rtp/codec.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from './media.ts';

test('what a viewer lost is sent again from history, and never asked of the publisher', async t => {
  const world = new ShardWorld(8);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const { client } = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 50 });
  await world.pass(100);
  const lost = [10, 11, 30].map(i => parseRtp(client.rtp[i]!)!);
  client.rtp.length = 0;
  client.send(
    buildNack(
      1,
      lost[0]!.ssrc,
      lost.map(({ sequenceNumber }) => sequenceNumber),
    ),
  );
  await world.pass(100);

  const repeated = client.rtp.map(bytes => parseRtp(bytes)!);
  t.deepEqual(
    repeated.map(({ payloadType }) => payloadType),
    [97, 97, 97],
  );
  t.is(codecById('vp8')?.rtxPayloadType, 97);
  // RFC 4588 section 4: the payload begins with the original sequence number.
  const originals = repeated.map(
    ({ bytes, payloadOffset }) => (bytes[payloadOffset]! << 8) | bytes[payloadOffset + 1]!,
  );
  t.deepEqual(
    originals,
    lost.map(({ sequenceNumber }) => sequenceNumber),
  );
  t.deepEqual(
    repeated.map(({ bytes }) => numberOf(bytes)),
    [10, 11, 30],
  );
  const asked = teacher.client.rtcp.flatMap(bytes => parseRtcp(bytes)!).filter(({ kind }) => kind === 'nack');
  t.deepEqual(asked, []);
  await world.stop();
});

test('what is lost on the way in is asked of the publisher', async t => {
  const world = new ShardWorld(9);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 10 });
  await sendVideo(world, teacher, { count: 10, first: 13, isKeyframe: () => false });
  await world.pass(100);
  const asked = teacher.client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .flatMap(packet => (packet.kind === 'nack' ? [packet] : []));
  t.true(asked.length >= 1);
  t.deepEqual(asked[0]!.sequenceNumbers, [10, 11, 12]);
  t.is(asked[0]!.mediaSsrc, teacher.ssrcs.video);
  await world.stop();
});

test('however many viewers ask for keyframes, the publisher is asked at most once a second', async t => {
  const world = new ShardWorld(10);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 1 });
  const students = [];
  for (let i = 0; i < 30; i += 1) students.push(await world.view('math-101'));
  await world.pass(2000);
  await sendVideo(world, teacher, { count: 1, first: 1 });
  await world.pass(100);
  teacher.client.rtcp.length = 0;
  const seconds = 5;
  for (let i = 0; i < seconds * 10; i += 1) {
    for (const { client } of students) client.send(buildPli(1, parseRtp(client.rtp[0]!)!.ssrc));
    await world.pass(100);
  }
  const asked = teacher.client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .filter(({ kind }) => kind === 'picture-loss-indication');
  t.true(asked.length >= seconds - 1, `${asked.length} asked`);
  t.true(asked.length <= seconds + 1, `${asked.length} asked`);
  await world.stop();
});

test('a publisher hears transport-wide feedback and receiver reports', async t => {
  const world = new ShardWorld(11);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 200 });
  const packets = teacher.client.rtcp.flatMap(bytes => parseRtcp(bytes)!);
  const feedback = packets.flatMap(packet => (packet.kind === 'transport-feedback' ? [packet] : []));
  t.true(feedback.length >= 15, `${feedback.length} feedback packets in 2 s`);
  const reports = packets.flatMap(packet => (packet.kind === 'receiver-report' ? packet.reports : []));
  t.true(reports.length >= 1);
  t.is(reports.at(-1)!.ssrc, teacher.ssrcs.video);
  t.is(reports.at(-1)!.cumulativeLost, 0);
  await world.stop();
});
