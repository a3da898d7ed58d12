/** The entry of a core shard whose loop can be made to hang: it is sent its own number by `hang`, and stands still. */
import { BroadcastChannel, workerData } from 'node:worker_threads';
import type { WorkerStart } from '../../../actors/shard/worker-messages.ts';
import '../../../actors/shard/worker.ts';

const { settings } = workerData as WorkerStart;
const hang = new BroadcastChannel('hang');
hang.onmessage = event => {
  if ((event as { data: unknown }).data !== settings.shard) return;
  for (;;);
};
// A shard that stops is not to be kept by this.
hang.unref();
