import test from 'ava';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { buildNack } from '../../../transports/rtcp/build.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from './media.ts';

function packets({ client }: Joined) {
  return client.rtp.map(bytes => parseRtp(bytes)!);
}

function keyframesAsked({ client }: Joined): number {
  return client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .filter(({ kind }) => kind === 'picture-loss-indication').length;
}

/** A teacher who sends a frame every 20 ms, the first a keyframe, to one student. */
async function lesson(seed: number, frames: number) {
  const world = new ShardWorld(seed);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const old = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: frames, intervalMs: 20 });
  teacher.client.rtcp.length = 0;
  return { world, teacher, old };
}

test('who joins soon after a keyframe begins with it, and is soon where the others are', async t => {
  const { world, teacher, old } = await lesson(61, 120);
  const late = await world.view('math-101');
  await sendVideo(world, teacher, { count: 100, first: 120, intervalMs: 20, isKeyframe: () => false });
  await world.pass(100);

  const seen = packets(late);
  t.deepEqual(
    seen.map(({ bytes }) => numberOf(bytes)),
    Array.from({ length: 220 }, (_, i) => i),
    'all since the keyframe, in order',
  );
  t.is(keyframesAsked(teacher), 0);
  seen.forEach((packet, i) => {
    if (i === 0) return;
    t.is(packet.sequenceNumber, (seen[i - 1]!.sequenceNumber + 1) & 0xffff);
    t.true(packet.timestamp > seen[i - 1]!.timestamp);
  });
  // The past is in quick motion: two seconds and a half of it are over in a third of one.
  t.true(seen[110]!.timestamp - seen[0]!.timestamp < 90 * 900);
  const [newest] = packets(old).slice(-1);
  t.is(seen.at(-1)!.timestamp, newest!.timestamp);
  t.is((await world.report()).counters.joins_from_history_total, 1);
  await world.stop();
});

test('what a joiner lost of the past is repaired under the number and timestamp that it was sent with', async t => {
  const { world, old, teacher } = await lesson(62, 100);
  const late = await world.view('math-101');
  await sendVideo(world, teacher, { count: 50, first: 100, intervalMs: 20, isKeyframe: () => false });
  const lost = packets(late)[40]!;
  late.client.rtp.length = 0;
  late.client.send(buildNack(1, lost.ssrc, [lost.sequenceNumber]));
  await world.pass(60);
  const [repaired] = packets(late);
  t.is(numberOf(repaired!.bytes), 40);
  t.is(repaired!.timestamp, lost.timestamp);
  t.not(repaired!.timestamp, packets(old)[40]!.timestamp);
  await world.stop();
});

test('after a keyframe that is long past, one is asked for, and whoever joins meanwhile waits for that', async t => {
  const { world, teacher } = await lesson(63, 300);
  const students = [await world.view('math-101'), await world.view('math-101')];
  await sendVideo(world, teacher, { count: 20, first: 300, intervalMs: 20, isKeyframe: () => false });
  t.is(keyframesAsked(teacher), 1);
  for (const student of students) t.deepEqual(packets(student), []);
  await sendVideo(world, teacher, { count: 50, first: 320, intervalMs: 20 });
  for (const student of students) t.is(numberOf(packets(student)[0]!.bytes), 320);
  t.is(keyframesAsked(teacher), 1, 'the keyframe that came was for all of them');
  await world.stop();
});

test('a hundred who join within ten seconds cost a keyframe or two', async t => {
  const { world, teacher } = await lesson(64, 10);
  const students: Joined[] = [];
  let asked = 0;
  for (let i = 0; i < 100; i += 1) {
    students.push(await world.view('math-101'));
    const due = keyframesAsked(teacher) > asked;
    if (due) asked += 1;
    await sendVideo(world, teacher, {
      count: 3,
      first: 10 + 3 * i,
      intervalMs: 30,
      isKeyframe: number => due && number % 3 === 1,
    });
  }
  await world.pass(1000);
  t.true(asked >= 1 && asked <= 2, `${asked} asked`);
  for (const student of students) t.true(packets(student).length > 0);
  await world.stop();
});
