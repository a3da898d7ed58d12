/** A reader in another thread that is slower than the writer: it learns of every packet that was overwritten under it. */
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { QueueConsumer } from '../../../transports/memory/queue-consumer.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { createSlabMemory } from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { createWakeMemory } from '../../../transports/memory/wake-word.ts';
import { holdsPacket } from './numbered.ts';
import { spin, turn } from './schedule.ts';
import type { SenderThreadData } from './sender-thread.ts';

const file = new URL('./sender-thread.ts', import.meta.url);
/** Enough of each outcome to say that it was tried. */
const ENOUGH = 50;

test('what was read and verified is the packet; what was torn under the reader is never verified', async t => {
  const random = seededRandom('slow reader');
  const data: SenderThreadData = {
    seed: 'fast writer',
    first: 1,
    // More than it ever takes, however seldom a busy machine lets the reader look: who has seen enough ends it.
    count: 10_000_000,
    queue: createQueueMemory(16),
    wake: createWakeMemory(),
    slab: createSlabMemory(0, 2),
    pages: 2,
    whenFull: 'skip',
  };
  const reader = new SlabReader(data.slab);
  const consumer = new QueueConsumer(data.queue);
  const worker = new Worker(file, { workerData: data });
  let writing = true;
  worker.once('exit', () => {
    writing = false;
  });
  const seen = { verified: 0, overwrittenBefore: 0, overwrittenMeanwhile: 0, torn: 0, falselyVerified: 0 };
  while (writing && (seen.verified < ENOUGH || seen.torn < ENOUGH)) {
    consumer.drain(16, ({ sequenceNumber, reference }) => {
      const number = sequenceNumber - 2 ** 47;
      const bytes = reader.view(reference);
      if (bytes === undefined) {
        seen.overwrittenBefore += 1;
        return;
      }
      const half = bytes.length >> 1;
      const holdsFirst = holdsPacket(bytes, number, 0, half);
      if (random.unit() < 0.5) spin(random.uint32() % 200_000);
      const holdsBoth = holdsPacket(bytes, number, half) && holdsFirst;
      const verified = reader.verify(reference);
      if (verified) seen.verified += 1;
      else seen.overwrittenMeanwhile += 1;
      // A reader that did not verify would have taken these for the packet.
      if (!holdsBoth) seen.torn += 1;
      if (verified && !holdsBoth) seen.falselyVerified += 1;
    });
    await turn();
  }
  await worker.terminate();
  t.log(seen);
  t.is(seen.falselyVerified, 0);
  t.true(
    seen.verified >= ENOUGH && seen.torn >= ENOUGH,
    'too little was torn, or read whole, to say anything',
  );
});
