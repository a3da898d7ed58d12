import test from 'ava';
import { serve } from '../serve.ts';

test('stop ends a publisher as well as a viewer', async t => {
  const { postJson, actors } = await serve(t);
  for (const [session, path] of [
    ['push-0-abc', '/shards/shard-0/pushes/push-0-abc'],
    ['pull-1-xyz', '/shards/shard-1/pulls/pull-1-xyz'],
  ]) {
    t.is((await postJson('/signaling/stop', { session })).status, 204);
    t.like(actors.asked.at(-1), { path, message: { type: 'close' } });
  }
});
