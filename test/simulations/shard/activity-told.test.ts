import test from 'ava';
import type { SessionEvent } from '../../../actors/protocol.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';

test('a viewer hears whether its stream is live when it begins to listen, and whenever that changes', async t => {
  const world = new ShardWorld(75);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const { session } = await world.view('math-101');
  const listen = async () => {
    const heard: string[] = [];
    const inbox = world.shard.system.inbox(message => heard.push((message as unknown as SessionEvent).event));
    await world.askSession(session, { type: 'listen', listener: inbox.address } as Message);
    return heard;
  };
  const first = await listen();
  t.deepEqual(first, [], 'not connected yet');
  await world.pass(1000);
  t.deepEqual(first, ['active']);
  await teacher.client.leave();
  await world.pass(1000);
  t.deepEqual(first, ['active', 'inactive']);
  t.deepEqual(await listen(), ['inactive']);
  await world.publish('math-101');
  await world.pass(1000);
  t.deepEqual(first, ['active', 'inactive', 'active']);
  t.deepEqual(await listen(), ['active']);
  await world.stop();
});
