import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import { identityHello } from '../../../simulations/identity-security.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';

test('a client that checks for ever, and never starts DTLS, is shown the door', async t => {
  const world = new ShardWorld(13);
  await world.start();
  const teacher = await world.publish('math-101', { mute: bytes => bytes[0] === identityHello[0] });
  await world.pass(29_000);
  const before = await world.askSession<Described>(teacher.session, { type: 'describe' });
  t.is(before.session.state, 'checking');
  t.regex(before.session.explanation, /has not started DTLS/);
  await world.pass(2_000);
  const question = { type: 'describe-ended', session: teacher.session };
  const ended = await world.ask<Described>('/shards/shard-0/ended', question);
  t.regex(ended.session.explanation, /no DTLS within 30 s/);
  await teacher.client.vanish();
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});
