import test from 'ava';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { demultiplex } from '../../../transports/webrtc/demultiplex.ts';
import { sendVideo } from './media.ts';

const SERVER = '10.0.0.1';
const STRANGER = { address: '10.9.9.9', port: 5000 };

/** A check with the attacker's own credentials, from a source that is not its own. */
function forge(
  world: ShardWorld,
  attacker: Joined,
  source: { readonly address: string; readonly port: number },
): void {
  const path = { localAddress: SERVER, remoteAddress: source.address, remotePort: source.port };
  world.shard.plane.receive(world.clock.nowMs(), attacker.client.connectivityCheck(), path);
}

async function lesson(
  seed: number,
): Promise<{ world: ShardWorld; teacher: Joined; student: Joined; attacker: Joined }> {
  const world = new ShardWorld(seed);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  const attacker = await world.view('math-101');
  await world.pass(1000);
  return { world, teacher, student, attacker };
}

test('a session cannot take the path of another one, whose packets go on to be its own', async t => {
  const { world, teacher, student, attacker } = await lesson(31);
  const source = { address: teacher.address, port: teacher.client.port };
  student.client.rtp.length = 0;
  for (let second = 0; second < 10; second += 1) {
    forge(world, attacker, source);
    await sendVideo(world, teacher, { first: second * 100, count: 100 });
  }
  await world.pass(100);
  t.is(student.client.rtp.length, 1000);
  const report = await world.report();
  t.is(report.counters.paths_contested_total, 10);
  t.is(report.publishers, 1);
  await world.stop();
});

test('a path whose session has been silent for 10 s is free for whoever checks along it', async t => {
  const { world, teacher, student, attacker } = await lesson(32);
  await teacher.client.vanish();
  await world.pass(7000);
  forge(world, attacker, { address: teacher.address, port: teacher.client.port });
  t.is((await world.report()).counters.paths_contested_total, 1);
  await world.pass(4000);
  forge(world, attacker, { address: teacher.address, port: teacher.client.port });
  t.is((await world.report()).counters.paths_contested_total, 1);
  await Promise.all([student, attacker].map(({ client }) => client.leave()));
  await world.pass(30_000);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});

test('a viewer cannot send a stream to somebody else, who gets connectivity checks and no media', async t => {
  const { world, teacher, attacker } = await lesson(33);
  const received: Uint8Array[] = [];
  const stranger = world.network.open({
    addresses: [STRANGER.address],
    port: STRANGER.port,
    sink: { receive: bytes => received.push(bytes.slice()), batchEnd: () => {} },
  });
  attacker.client.rtp.length = 0;
  for (let i = 0; i < 50; i += 1) {
    forge(world, attacker, STRANGER);
    await sendVideo(world, teacher, { first: i * 20, count: 20 });
  }
  await world.pass(100);
  t.is(attacker.client.rtp.length, 1000, 'it goes on to where the viewer proved to be');
  t.true(received.length > 0);
  t.deepEqual(new Set(received.map(demultiplex)), new Set(['stun']));
  t.true(received.length <= 50 + 25, `${received.length}: an answer for each check, and few requests`);
  await stranger.close();
  await world.stop();
});

test('forged nominations alone do not keep a session alive', async t => {
  const { world, attacker } = await lesson(34);
  await attacker.client.vanish();
  for (let second = 0; second < 30; second += 1) {
    forge(world, attacker, STRANGER);
    await world.pass(1000);
  }
  t.is((await world.report()).viewers, 1, 'the student alone');
  await world.stop();
});
