/** Queues between real threads, on schedules from a seed: nothing is lost, doubled, reordered or torn. */
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { InboundQueues } from '../../../transports/memory/inbound-queues.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { createSlabMemory } from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { createWakeMemory } from '../../../transports/memory/wake-word.ts';
import { holdsPacket, indexStarts, isNumbered, packetLength } from './numbered.ts';
import { spin } from './schedule.ts';
import type { SenderThreadData } from './sender-thread.ts';

const COUNT = 20_000;
/** Apart, so that no sender's entry is taken for another's. */
const FIRST_STEP = 10_000_000;
const file = new URL('./sender-thread.ts', import.meta.url);

async function run(t: ExecutionContext, senders: number, start: number, seed: string): Promise<void> {
  const random = seededRandom(seed);
  const wake = createWakeMemory();
  const threads = Array.from({ length: senders }, (_, from): SenderThreadData => {
    const capacity = 2 ** (4 + (random.uint32() % 6));
    const queue = createQueueMemory(capacity, start);
    // So many pages that a packet is there while its entry waits: 512 of the longest take 24.
    const slab = createSlabMemory(from, 32);
    return {
      seed: `${seed}/${from}`,
      first: from * FIRST_STEP,
      count: COUNT,
      queue,
      wake,
      slab,
      pages: 32,
      whenFull: 'wait',
    };
  });
  const readers = threads.map(({ slab }) => new SlabReader(slab));
  const next = threads.map(({ first }) => first);
  const wrong: string[] = [];
  const all = Promise.withResolvers<void>();
  const inbound = new InboundQueues({
    wake,
    queues: new Map(threads.map(({ queue }, from) => [from, queue])),
    nextTurn: setImmediate,
    onEntry(from, entry) {
      const number = next[from]!++;
      const { reference } = entry;
      const bytes = readers[from]!.view(reference);
      const isRight =
        isNumbered(entry, number) &&
        bytes?.length === packetLength(number) &&
        holdsPacket(bytes, number) &&
        readers[from]!.verify(reference);
      if (!isRight && wrong.length < 10) wrong.push(`sender ${from}, entry ${number - from * FIRST_STEP}`);
      if (random.unit() < 0.01) spin(random.uint32() % 20_000);
    },
    onFault: (_from, error) => all.reject(error),
    onBatchEnd() {
      if (next.every((number, from) => number === from * FIRST_STEP + COUNT)) all.resolve();
    },
  });
  inbound.start();
  const workers = threads.map(workerData => new Worker(file, { workerData }));
  const ended = workers.map(
    worker =>
      new Promise<void>((resolve, reject) => {
        worker.once('exit', () => resolve());
        worker.once('error', reject);
      }),
  );
  await Promise.all([all.promise, ...ended]);
  t.deepEqual(wrong, []);
  t.is(inbound.drain(), 0, 'more came than was sent');
  inbound.stop();
}

for (const start of indexStarts) {
  test.serial(`two threads, indexes from ${start}`, t => run(t, 1, start, `two/${start}`));
}
for (const seed of ['a', 'b']) {
  test.serial(`three threads, two queues to one of them, seed ${seed}`, t => run(t, 2, 0, `three/${seed}`));
}
