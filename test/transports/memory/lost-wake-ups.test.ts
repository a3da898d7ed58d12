/** One entry at a time back and forth between threads that sleep in between: a lost wake-up would stop it for ever. */
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { InboundQueues } from '../../../transports/memory/inbound-queues.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueSender } from '../../../transports/memory/queue-sender.ts';
import { createWakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { nowhere, numberedEntry } from './numbered.ts';
import type { PingPongThreadData } from './ping-pong-thread.ts';
import { spin } from './schedule.ts';

const ROUND_TRIPS = 20_000;

/** Two senders to one shard: with `balls` in the air at once, wake-ups and falling asleep meet at every moment. */
for (const balls of [1, 2, 5]) {
  test.serial(`${ROUND_TRIPS} round trips of ${balls} entries, with pauses from a seed`, async t => {
    const random = seededRandom(`balls/${balls}`);
    const wake = createWakeMemory();
    const threads = Array.from(
      { length: balls === 1 ? 1 : 2 },
      (_, index): PingPongThreadData => ({
        seed: `${balls}/${index}`,
        queueIn: createQueueMemory(16),
        wake: createWakeMemory(),
        queueOut: createQueueMemory(16),
        otherWake: wake,
        staysAlive: true,
      }),
    );
    const senders = threads.map(thread => new QueueSender(thread.queueIn, new Waker(thread.wake)));
    const workers = threads.map(
      workerData => new Worker(new URL('./ping-pong-thread.ts', import.meta.url), { workerData }),
    );
    const done = Promise.withResolvers<void>();
    for (const worker of workers) worker.once('error', done.reject);
    let returned = 0;
    const inbound = new InboundQueues({
      wake,
      queues: new Map(threads.map(({ queueOut }, from) => [from, queueOut])),
      nextTurn: setImmediate,
      onEntry(from, entry) {
        returned += 1;
        if (returned === ROUND_TRIPS) done.resolve();
        senders[from]!.send(entry);
      },
      onFault: (_from, error) => done.reject(error),
      onBatchEnd() {
        spin(random.uint32() % 1_000);
        for (const sender of senders) sender.flush();
      },
    });
    inbound.start();
    for (let ball = 0; ball < balls; ball += 1)
      senders[ball % senders.length]!.send({ ...numberedEntry(ball, nowhere), kind: 'audio' });
    for (const sender of senders) sender.flush();
    let before = -1;
    const watchdog = setInterval(() => {
      if (returned === before) done.reject(new Error(`nothing moves any more after ${returned} round trips`));
      before = returned;
    }, 5_000);
    await done.promise.finally(() => clearInterval(watchdog));
    inbound.stop();
    await Promise.all(workers.map(worker => worker.terminate()));
    t.true(returned >= ROUND_TRIPS);
  });
}
