/** The entry of a core shard that can be killed: it is sent its own number by `die`, and throws where nobody catches it. */
import { BroadcastChannel, workerData } from 'node:worker_threads';
import type { WorkerStart } from '../../actors/shard/worker-messages.ts';
import '../../actors/shard/worker.ts';

const { settings } = workerData as WorkerStart;
const die = new BroadcastChannel(`die ${settings.shard}`);
die.onmessage = () => {
  throw new Error('killed by a test');
};
// A shard that stops is not to be kept by this.
die.unref();
