/** The process of a node whose core shards can be killed, one by one; its only argument are its settings, as JSON. */
import process from 'node:process';
import { BroadcastChannel } from 'node:worker_threads';
import { systemClock } from '../../transports/clock.ts';
import type { FromMortalNode, ToMortalNode } from './mortal-node.ts';
import { startTestNode } from './node.ts';

const say = (message: FromMortalNode) => process.send!(message);
const settings = JSON.parse(process.argv[2]!) as Record<string, string>;
const node = await startTestNode(settings, new URL('./mortal-shard.ts', import.meta.url));
process.on('message', ({ kill }: ToMortalNode) => {
  const die = new BroadcastChannel(`die ${kill}`);
  die.postMessage('now');
  die.close();
  say({ kind: 'killed', atMs: systemClock.nowMs() });
});
process.once('disconnect', async () => {
  await node.stop();
  process.exit();
});
say({ kind: 'up', url: node.url });
