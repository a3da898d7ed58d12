/** A worker thread of the tests: sends every entry that it gets back, after a little while from a seed. */
import { workerData } from 'node:worker_threads';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { InboundQueues } from '../../../transports/memory/inbound-queues.ts';
import type { QueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueSender } from '../../../transports/memory/queue-sender.ts';
import { type WakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { spin } from './schedule.ts';

export interface PingPongThreadData {
  readonly seed: string;
  readonly queueIn: QueueMemory;
  readonly wake: WakeMemory;
  readonly queueOut: QueueMemory;
  readonly otherWake: WakeMemory;
  /** Waiting for a wake-up does not keep a thread alive: without this it ends at once. */
  readonly staysAlive: boolean;
}

const { seed, queueIn, wake, queueOut, otherWake, staysAlive } = workerData as PingPongThreadData;
const random = seededRandom(seed);
const sender = new QueueSender(queueOut, new Waker(otherWake));
const inbound = new InboundQueues({
  wake,
  queues: new Map([[0, queueIn]]),
  nextTurn: setImmediate,
  onEntry: (_from, entry) => sender.send(entry),
  onFault(_from, error) {
    throw error;
  },
  onBatchEnd() {
    spin(random.uint32() % 1_000);
    sender.flush();
  },
});
inbound.start();
if (staysAlive) setInterval(() => {}, 1_000);
