import test from 'ava';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { numberOf, sendVideo } from './media.ts';

const SERVER = '10.0.0.1';
const MOBILE = '10.7.0.1';

async function lesson(
  seed: number,
  habits: Parameters<ShardWorld['view']>[1] = {},
): Promise<{ world: ShardWorld; teacher: Joined; student: Joined }> {
  const world = new ShardWorld(seed);
  await world.start();
  const teacher = await world.publish('math-101', habits);
  await world.pass(1000);
  const student = await world.view('math-101', habits);
  await world.pass(1000);
  return { world, teacher, student };
}

function numbers({ client }: Joined): number[] {
  return client.rtp.map(numberOf);
}

test('a viewer that comes to another network is followed within a round trip of its proof', async t => {
  const { world, teacher, student } = await lesson(41);
  await student.client.moveTo(MOBILE);
  // There and back for the check, and for the request that it draws: 10 ms each way.
  await world.pass(45);
  student.client.rtp.length = 0;
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  t.deepEqual(numbers(student), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await world.stop();
});

test('a publisher that comes to another network is heard at once', async t => {
  const { world, teacher, student } = await lesson(42);
  await teacher.client.moveTo(MOBILE);
  await sendVideo(world, teacher, { count: 100 });
  await world.pass(60_000);
  t.is(student.client.rtp.length, 100);
  t.is((await world.report()).publishers, 1);
  await world.stop();
});

test('on a network that loses one datagram in three a viewer is followed all the same', async t => {
  const { world, teacher, student } = await lesson(43);
  world.network.impair(MOBILE, SERVER, { delayMs: 10, loss: 0.33 });
  world.network.impair(SERVER, MOBILE, { delayMs: 10, loss: 0.33 });
  await student.client.moveTo(MOBILE);
  await world.pass(5000);
  world.network.impair(SERVER, MOBILE, { delayMs: 10 });
  student.client.rtp.length = 0;
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  t.is(student.client.rtp.length, 10);
  await world.stop();
});

for (const { name, address } of [
  { name: 'port', address: undefined },
  { name: 'address', address: MOBILE },
]) {
  test(`a client that nominates only at first keeps its session when a NAT gives it another ${name}`, async t => {
    const { world, teacher, student } = await lesson(44, { nominates: 'at first' });
    await student.client.moveTo(address ?? student.address);
    await world.pass(60_000);
    student.client.rtp.length = 0;
    await sendVideo(world, teacher, { count: 10 });
    await world.pass(100);
    t.is(student.client.rtp.length, 10);
    t.is((await world.report()).viewers, 1);
    await world.stop();
  });
}

test('checks along any number of other paths do not take its own from a publisher', async t => {
  const { world, teacher, student } = await lesson(45, { nominates: 'at first' });
  const before = world.shard.plane.entries;
  for (let i = 0; i < 100; i += 1) {
    const path = { localAddress: SERVER, remoteAddress: teacher.address, remotePort: 20_000 + i };
    world.shard.plane.receive(world.clock.nowMs(), teacher.client.connectivityCheck(false), path);
  }
  t.is(world.shard.plane.entries, before + 15, 'and are forgotten past a limit');
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  t.is(student.client.rtp.length, 10);
  await Promise.all([teacher, student].map(({ client }) => client.leave()));
  await world.pass(1000);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});
