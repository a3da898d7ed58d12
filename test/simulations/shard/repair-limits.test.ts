import test from 'ava';
import { alone, type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { buildNack } from '../../../transports/rtcp/build.ts';
import { parseRtp, type RtpPacket } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from './media.ts';

const RTX_PAYLOAD_TYPE = 97;

/** A class of one, to whom `count` packets have been sent. */
async function playing(seed: number, count: number): Promise<{ world: ShardWorld; student: Joined }> {
  const world = new ShardWorld(seed);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count, intervalMs: 2 });
  await world.pass(100);
  return { world, student };
}

function packets({ client }: Joined): RtpPacket[] {
  return client.rtp.map(bytes => parseRtp(bytes)!);
}

test('a packet that is asked for many times at once is sent again once, and after a while once more', async t => {
  const { world, student } = await playing(41, 10);
  const lost = packets(student)[3]!;
  student.client.rtp.length = 0;
  const nack = buildNack(1, lost.ssrc, [lost.sequenceNumber, lost.sequenceNumber, lost.sequenceNumber]);
  student.client.send(nack);
  student.client.send(nack);
  await world.pass(10);
  student.client.send(nack);
  await world.pass(100);
  t.deepEqual(
    packets(student).map(({ bytes }) => numberOf(bytes)),
    [3],
  );
  student.client.send(nack);
  await world.pass(100);
  t.is(student.client.rtp.length, 2);
  await world.stop();
});

test('a viewer that asks for everything again and again gets 250 packets a second', async t => {
  const { world, student } = await playing(42, 600);
  const all = packets(student);
  student.client.rtp.length = 0;
  const numbers = all.map(({ sequenceNumber }) => sequenceNumber);
  for (let i = 0; i < 10; i += 1) {
    student.client.send(buildNack(1, all[0]!.ssrc, numbers));
    await world.pass(80);
  }
  t.is(student.client.rtp.length, 250);
  t.true(packets(student).every(({ payloadType }) => payloadType === RTX_PAYLOAD_TYPE));
  await world.stop();
});

test('who joins in the upper half of the stream’s numbers has its own, by which it is repaired', async t => {
  // Without forwarding control, a publisher's gaps bring the stream's numbers on quickly.
  const control = { forwardingControl: 'off', audioReorderMs: 60 } as const;
  const world = new ShardWorld(43, undefined, { ...alone(43), control });
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const early = await world.view('math-101');
  await world.pass(1000);
  // In strides that a publisher's losses may have, until the stream's own numbers, which viewers in time see, are high.
  let sent = 0;
  const latest = () => packets(early).at(-1)?.sequenceNumber ?? 0;
  do {
    await sendVideo(world, teacher, { count: 1, first: sent });
    await world.pass(20);
    sent += 900;
  } while (latest() < 0x8000);

  // So late that it has nothing of the past.
  await world.pass(6000);
  const late = await world.view('math-101');
  await world.pass(1000);
  const first = sent;
  await sendVideo(world, teacher, { count: 50, first });
  await world.pass(100);
  const seen = packets(late);
  t.is(seen.length, 50);
  t.true(seen[0]!.sequenceNumber < 0x8000);
  t.is(seen[0]!.sequenceNumber, (packets(early).at(-50)!.sequenceNumber + 0x8000) & 0xffff);
  t.true(seen.every((packet, i) => packet.sequenceNumber === seen[0]!.sequenceNumber + i));

  late.client.rtp.length = 0;
  late.client.send(buildNack(1, seen[0]!.ssrc, [seen[7]!.sequenceNumber]));
  await world.pass(100);
  const [repaired] = packets(late);
  t.is(numberOf(repaired!.bytes), first + 7);
  const { bytes, payloadOffset } = repaired!;
  t.is((bytes[payloadOffset]! << 8) | bytes[payloadOffset + 1]!, seen[7]!.sequenceNumber);
  await world.stop();
});
