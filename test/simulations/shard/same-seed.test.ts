import { createHash } from 'node:crypto';
import test from 'ava';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { sendVideo } from './media.ts';

async function digestOf(seed: number): Promise<string> {
  const world = new ShardWorld(seed, { delayMs: 20, jitterMs: 10, loss: 0.05, burst: 3, duplicate: 0.01 });
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(3000);
  const students = [await world.view('math-101'), await world.view('math-101')];
  await world.pass(3000);
  await sendVideo(world, teacher, { count: 300 });
  await world.pass(1000);
  const hash = createHash('sha256');
  for (const { client } of [teacher, ...students]) {
    for (const bytes of [...client.rtp, ...client.rtcp]) hash.update(bytes);
  }
  hash.update(JSON.stringify(world.log));
  await world.stop();
  return hash.digest('hex');
}

test('one seed, one run: the same bytes to every client and the same log', async t => {
  const first = await digestOf(42);
  t.is(await digestOf(42), first);
  t.not(await digestOf(43), first);
});
