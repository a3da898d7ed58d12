import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { sendVideo } from './media.ts';

const describe: Message = { type: 'describe' };

test('a session says in words how far its client got', async t => {
  const world = new ShardWorld(5);
  await world.start();
  // Nothing of what the client sends arrives.
  world.network.blackout('10.0.0.11', '10.0.0.1');
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const unseen = await world.askSession<Described>(teacher.session, describe);
  t.is(unseen.session.state, 'new');
  t.regex(unseen.session.explanation, /^No STUN seen: .*10\.0\.0\.1 port 7000\/udp/);

  world.network.restore('10.0.0.11', '10.0.0.1');
  await world.pass(1000);
  const silent = await world.askSession<Described>(teacher.session, describe);
  t.is(silent.session.state, 'connected');
  t.regex(silent.session.explanation, /no media/);

  await sendVideo(world, teacher, { count: 3 });
  await world.pass(100);
  const playing = await world.askSession<Described>(teacher.session, describe);
  t.is(playing.session.explanation, 'Connected.');
  t.is(playing.session.tracks.find(track => track.kind === 'video')?.packets, 3);
  await world.stop();
});

test('a client that never comes is explained after its session has ended', async t => {
  const world = new ShardWorld(6);
  await world.start();
  world.network.blackout('10.0.0.11', '10.0.0.1');
  const teacher = await world.publish('math-101');
  await world.pass(30_000);
  await t.throwsAsync(world.askSession(teacher.session, describe), { name: 'NotReachable' });
  const question = { type: 'describe-ended', session: teacher.session };
  const ended = await world.ask<Described>('/shards/shard-0/ended', question);
  t.is(ended.session.state, 'ended');
  t.regex(ended.session.explanation, /no connectivity check/i);
  await world.stop();
});
