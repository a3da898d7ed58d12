import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { InboundQueues } from '../../../transports/memory/inbound-queues.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueSender } from '../../../transports/memory/queue-sender.ts';
import { createWakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { nowhere, numberedEntry } from './numbered.ts';
import type { PingPongThreadData } from './ping-pong-thread.ts';

const RESTARTS = 5;

function setUp(staysAlive: boolean) {
  const data: PingPongThreadData = {
    seed: 'ends',
    queueIn: createQueueMemory(16),
    wake: createWakeMemory(),
    queueOut: createQueueMemory(16),
    otherWake: createWakeMemory(),
    staysAlive,
  };
  const newThread = () => new Worker(new URL('./ping-pong-thread.ts', import.meta.url), { workerData: data });
  return { data, newThread, sender: new QueueSender(data.queueIn, new Waker(data.wake)) };
}

test('waiting for a wake-up does not keep a thread alive', async t => {
  const { newThread } = setUp(false);
  const [code] = await once(newThread(), 'exit');
  t.is(code, 0);
});

test('a thread that was ended asleep is replaced on the same memory: what was sent meanwhile arrives, and nothing twice', async t => {
  const { data, newThread, sender } = setUp(true);
  const received: number[] = [];
  let arrived = Promise.withResolvers<void>();
  const inbound = new InboundQueues({
    wake: data.otherWake,
    queues: new Map([[0, data.queueOut]]),
    nextTurn: setImmediate,
    onEntry: (_from, { sequenceNumber }) => received.push(sequenceNumber - 2 ** 47),
    onFault: (_from, error) => arrived.reject(error),
    onBatchEnd: () => arrived.resolve(),
  });
  inbound.start();
  const sendAndReceive = async (number: number, meanwhile?: () => void) => {
    arrived = Promise.withResolvers();
    sender.send({ ...numberedEntry(number, nowhere), kind: 'audio' });
    sender.flush();
    meanwhile?.();
    await arrived.promise;
  };
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    let worker: Worker | undefined;
    await sendAndReceive(2 * restart, () => {
      worker = newThread();
    });
    await sendAndReceive(2 * restart + 1);
    await worker!.terminate();
  }
  t.deepEqual(
    received,
    Array.from({ length: 2 * RESTARTS }, (_, number) => number),
  );
  inbound.stop();
});
