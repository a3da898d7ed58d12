import test from 'ava';
import { CoresWorld } from '../../../simulations/cores-world.ts';
import type { Joined } from '../../../simulations/shard-world.ts';
import { buildNack } from '../../../transports/rtcp/build.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';

function packets({ client }: Joined) {
  return client.rtp.map(bytes => parseRtp(bytes)!);
}

function numbers(viewer: Joined): number[] {
  return packets(viewer).map(({ bytes }) => numberOf(bytes));
}

function isRow(viewer: Joined): boolean {
  const seen = packets(viewer);
  return seen.every(
    (packet, i) => i === 0 || packet.sequenceNumber === ((seen[i - 1]!.sequenceNumber + 1) & 0xffff),
  );
}

function keyframesAsked({ client }: Joined): number {
  return client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .filter(({ kind }) => kind === 'picture-loss-indication').length;
}

const row = (length: number, first = 0) => Array.from({ length }, (_, i) => first + i);
const noKeyframes = () => false;

test('a stream is watched on every core, though it is published on one', async t => {
  const world = new CoresWorld(81, 3);
  await world.start();
  const [a, b, c] = world.shards;
  const teacher = await a!.publish('math-101');
  await world.pass(1000);
  const students = [await a!.view('math-101'), await b!.view('math-101'), await c!.view('math-101')];
  await world.pass(1000);
  await sendVideo(a!, teacher, { count: 100 });
  await world.pass(100);
  for (const student of students) {
    t.deepEqual(numbers(student), row(100));
    t.true(isRow(student));
  }
  const reports = await Promise.all(world.shards.map(shard => shard.report()));
  t.deepEqual(
    reports.map(({ streams }) => streams.map(({ viewers, live }) => ({ viewers, live }))),
    [[{ viewers: 1, live: true }], [{ viewers: 1, live: true }], [{ viewers: 1, live: true }]],
  );
  t.is(reports[1]!.streams[0]!.publisher, undefined);
  await world.stop();
});

test('who joins on another core begins with the last keyframe, and is repaired from there', async t => {
  const world = new CoresWorld(82, 2);
  await world.start();
  const [a, b] = world.shards;
  const teacher = await a!.publish('math-101');
  await world.pass(1000);
  await sendVideo(a!, teacher, { count: 100, intervalMs: 20 });
  teacher.client.rtcp.length = 0;
  const student = await b!.view('math-101');
  await sendVideo(a!, teacher, { count: 100, first: 100, intervalMs: 20, isKeyframe: noKeyframes });
  await world.pass(100);
  t.deepEqual(numbers(student), row(200));
  t.true(isRow(student));
  t.is(keyframesAsked(teacher), 0);
  const stamps = packets(student).map(({ timestamp }) => timestamp);
  t.true(stamps.every((stamp, i) => i === 0 || ((stamp - stamps[i - 1]!) | 0) > 0));
  // The past of two seconds is in quick motion, and what happens now in its own time.
  t.true(((stamps[95]! - stamps[0]!) | 0) < 90 * 500);
  t.is((stamps[199]! - stamps[198]!) | 0, 900);

  const lost = packets(student)[150]!;
  student.client.rtp.length = 0;
  student.client.send(buildNack(1, lost.ssrc, [lost.sequenceNumber]));
  await world.pass(100);
  t.deepEqual(numbers(student), [150]);
  await world.stop();
});

test('a keyframe that a viewer on another core needs is asked of the publisher', async t => {
  const world = new CoresWorld(83, 2);
  await world.start();
  const [a, b] = world.shards;
  const teacher = await a!.publish('math-101');
  await world.pass(1000);
  await sendVideo(a!, teacher, { count: 300, intervalMs: 20 });
  teacher.client.rtcp.length = 0;
  const student = await b!.view('math-101');
  await sendVideo(a!, teacher, { count: 20, first: 300, intervalMs: 20, isKeyframe: noKeyframes });
  t.is(keyframesAsked(teacher), 1);
  await sendVideo(a!, teacher, { count: 50, first: 320, intervalMs: 20 });
  await world.pass(100);
  t.deepEqual(numbers(student), row(50, 320));
  await world.stop();
});

test('a publisher that comes again on another core goes on in the same sessions, in one row', async t => {
  const world = new CoresWorld(84, 3);
  await world.start();
  const [a, b, c] = world.shards;
  const before = await a!.publish('math-101');
  await world.pass(1000);
  const students = [await a!.view('math-101'), await b!.view('math-101'), await c!.view('math-101')];
  await world.pass(1000);
  await sendVideo(a!, before, { count: 50 });
  const after = await b!.publish('math-101');
  await world.pass(1000);
  t.true(before.client.closed, 'the older one is told');
  await sendVideo(b!, after, { count: 50, first: 1000 });
  await world.pass(200);
  for (const student of students) {
    t.deepEqual(numbers(student), [...row(50), ...row(50, 1000)]);
    t.true(isRow(student));
    const stamps = packets(student).map(({ timestamp }) => timestamp);
    t.true(stamps.every((stamp, i) => i === 0 || ((stamp - stamps[i - 1]!) | 0) > 0));
  }
  await world.stop();
});

test('when the last viewer on a core has left, nothing crosses to it any more', async t => {
  const world = new CoresWorld(85, 2);
  await world.start();
  const [a, b] = world.shards;
  const teacher = await a!.publish('math-101');
  await world.pass(1000);
  const student = await b!.view('math-101');
  await world.pass(1000);
  await sendVideo(a!, teacher, { count: 50 });
  await student.client.leave();
  await sendVideo(a!, teacher, { count: 400, first: 50 });
  const [one, other] = [await a!.report(), await b!.report()];
  t.is(other.streams.length, 0);
  const taken = other.counters.packets_crossed_total!;
  t.true(taken < 350, `${taken} of 450 crossed`);
  t.is(one.streams[0]!.live, true);
  await sendVideo(a!, teacher, { count: 50, first: 450 });
  t.is((await b!.report()).counters.packets_crossed_total, taken);
  await world.stop();
});

test('a stream that nobody publishes is not live on any core; viewers of one that goes wait for it', async t => {
  const world = new CoresWorld(86, 2);
  await world.start();
  const [a, b] = world.shards;
  await t.throwsAsync(b!.view('math-101'), { message: /^404: Nobody publishes/ });
  const teacher = await a!.publish('math-101');
  await world.pass(1000);
  const student = await b!.view('math-101');
  await world.pass(1000);
  await sendVideo(a!, teacher, { count: 10 });
  await teacher.client.leave();
  await world.pass(3000);
  await t.throwsAsync(b!.view('math-101'), { message: /^404: Nobody publishes/ });
  const again = await b!.publish('math-101');
  await world.pass(1000);
  await sendVideo(b!, again, { count: 10, first: 700 });
  await world.pass(100);
  t.deepEqual(numbers(student), [...row(10), ...row(10, 700)]);
  await world.stop();
});
