import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { sendVideo } from './media.ts';

test('the newer publisher takes over: the older is told, viewers keep their session and see one numbering', async t => {
  const world = new ShardWorld(3);
  await world.start();
  const before = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, before, { count: 20, first: 40_000 });

  const after = await world.publish('math-101');
  await sendVideo(world, before, { count: 5, first: 40_020 });
  await world.pass(1000);
  t.true(before.client.closed);
  await sendVideo(world, after, { count: 20, first: 7 });
  await world.pass(100);

  const packets = student.client.rtp.map(bytes => parseRtp(bytes)!);
  const first = packets[0]!.sequenceNumber;
  t.true(packets.length >= 40);
  t.true(packets.every((packet, i) => packet.sequenceNumber === ((first + i) & 0xffff)));
  t.is(new Set(packets.map(({ ssrc }) => ssrc)).size, 1);

  const old = await world.ask<Described>('/shards/shard-0/ended', {
    type: 'describe-ended',
    session: before.session,
  } as { type: 'describe-ended' });
  t.is(old.session.state, 'ended');
  t.is(old.session.explanation, 'Ended: replaced.');
  const viewer = await world.askSession<Described>(student.session, { type: 'describe' });
  t.is(viewer.session.state, 'connected');
  await world.stop();
});

test('a publisher that goes leaves its viewers waiting, and the next one plays on in the same sessions', async t => {
  const world = new ShardWorld(4);
  await world.start();
  const first = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, first, { count: 10 });
  await first.client.leave();
  await world.pass(10_000);
  await t.throwsAsync(world.view('math-101'), { message: /^404: Nobody publishes/ });

  const second = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, second, { count: 10, first: 900 });
  await world.pass(100);
  const packets = student.client.rtp.map(bytes => parseRtp(bytes)!);
  t.is(packets.length, 20);
  t.is(packets[19]!.sequenceNumber, (packets[0]!.sequenceNumber + 19) & 0xffff);
  await world.stop();
});
