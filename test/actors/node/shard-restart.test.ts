import test from 'ava';
import type { Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { eventually } from '../../support/node.ts';
import { startShards } from './real-shards.ts';

test('a shard whose root actor fails is started again in a new thread, and takes sessions as before', async t => {
  const { system, logged, report } = await startShards(t, 1);
  const before = await report(0);

  // An answer that can be given to nobody: the shard's root actor throws.
  system.tell(addressOf('node-1', '/shards/shard-0'), { type: 'report', replyTo: null } as Message);
  const after = await eventually('new shard', 10_000, async () => {
    const found = await report(0);
    return found?.port === before!.port ? undefined : found;
  });
  t.is(after.shard, 0);
  t.true(logged.some(({ message }) => message === 'core shard died and is started again'));

  const publish = { type: 'publish', stream: 'math-101', offer: 'not SDP' };
  const refused = await system.ask<Refused>(addressOf('node-1', '/push-edge'), publish, 5000);
  t.is(refused.status, 400);
});
