import test from 'ava';
import { DATAGRAMS_PER_SESSION_MAX } from '../../../actors/forwarding/handshake-queue.ts';
import type { Close } from '../../../actors/protocol.ts';
import { HANDSHAKE_STEPS_PER_TURN } from '../../../actors/shard/handshake-turns.ts';
import { identityHello } from '../../../simulations/identity-security.ts';
import { alone, type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { sendVideo, videoPacket } from './media.ts';

const TURN_MS = 1;
const VIEWERS = 42;

/** A lesson with one student, on an event loop whose turns can be told apart. */
async function lesson(seed: number) {
  const world = new ShardWorld(seed, undefined, { ...alone(seed), turnMs: TURN_MS });
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  return { world, teacher, student };
}

/** As many viewers as there are, all at once. */
async function join(world: ShardWorld, count: number): Promise<readonly Joined[]> {
  const joined: Joined[] = [];
  for (let i = 0; i < count; i += 1) joined.push(await world.view('math-101'));
  return joined;
}

async function leave(world: ShardWorld, all: readonly Joined[]): Promise<void> {
  for (const { client } of all) await client.leave();
  await world.pass(1000);
}

test('who joins at once shakes hands a few a turn, and media goes on in between', async t => {
  const { world, teacher, student } = await lesson(91);
  const joined = await join(world, VIEWERS);
  const startMs = world.clock.nowMs();
  const arrivals: number[] = [];
  student.client.onRtp = () => arrivals.push(world.clock.nowMs() - startMs);
  // Their checks have been there and back after 20 ms, and their hellos come after 30.
  for (let atMs = 0; atMs < 60; atMs += 1) {
    await world.pass(1);
    teacher.client.send(videoPacket(teacher, 10 + atMs, false));
  }
  const connectedAtMs = joined.map(({ client }) => client.connectedAtMs! - startMs);
  const perTurn = Object.values(Object.groupBy(connectedAtMs, atMs => atMs)).map(group => group!.length);
  t.deepEqual(perTurn, [...Array(10).fill(HANDSHAKE_STEPS_PER_TURN), 2]);
  t.deepEqual([connectedAtMs[0], connectedAtMs.at(-1)], [40, 50]);

  await world.pass(100);
  const delays = arrivals.map((atMs, i) => atMs - (i + 1));
  t.deepEqual(delays, Array(60).fill(20), 'no packet waited for a handshake');
  const { counters } = await world.report();
  t.true(counters.handshakes_put_off_total! > 0);
  t.is(counters.handshakes_dropped_total, 0);
  await leave(world, [...joined, student, teacher]);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});

test('who floods with hellos waits for them alone, and what finds no room is counted', async t => {
  const { world, teacher, student } = await lesson(92);
  let isMute = true;
  const flooder = await world.view('math-101', { mute: bytes => isMute && bytes[0] === identityHello[0] });
  await world.pass(500);
  const [other] = await join(world, 1);
  const startMs = world.clock.nowMs();
  await world.pass(20);
  isMute = false;
  const FLOOD = 100;
  for (let i = 0; i < FLOOD; i += 1) flooder.client.send(identityHello);
  await world.pass(100);
  t.is(other!.client.connectedAtMs! - startMs, 40, 'in the first turn');
  const { counters } = await world.report();
  t.is(counters.handshakes_dropped_total, FLOOD - DATAGRAMS_PER_SESSION_MAX);
  await leave(world, [flooder, other!, student, teacher]);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});

test('a session that is gone leaves no datagram behind', async t => {
  const { world, teacher, student } = await lesson(93);
  const joined = await join(world, VIEWERS);
  await world.pass(31);
  t.true(joined.some(({ client }) => client.connectedAtMs === undefined));
  const goodbye: Close = { type: 'close', reason: 'the class is over' };
  for (const { session } of joined) await world.askSession(session, goodbye);
  await leave(world, [student, teacher]);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});
