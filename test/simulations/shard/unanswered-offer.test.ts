import test from 'ava';
import type { Opened } from '../../../actors/protocol.ts';
import { makeSessionId } from '../../../actors/sessions/session-id.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';

test('an offer that nobody answers is good for 30 s, and then its session is gone', async t => {
  const world = new ShardWorld(7);
  await world.start();
  await world.publish('math-101');
  await world.pass(1000);
  const message = {
    type: 'open',
    session: makeSessionId('viewer', 0, seededRandom(1)),
    stream: 'math-101',
  };
  const opened = await world.ask<Opened>('/shards/shard-0/pulls', message);
  t.is(opened.sdpType, 'offer');
  const paths = () => world.shard.system.paths().filter(path => path.endsWith(opened.session));
  await world.pass(29_000);
  t.is(paths().length, 1);
  await world.pass(1_500);
  t.is(paths().length, 0);
  await world.stop();
});
