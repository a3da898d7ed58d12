/** A worker thread of the tests: sends `count` numbered packets through a queue, in batches and pauses from a seed. */
import { workerData } from 'node:worker_threads';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { QueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueProducer } from '../../../transports/memory/queue-producer.ts';
import type { SlabMemory } from '../../../transports/memory/slab-memory.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import { type WakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { fillPacket, numberedEntry, packetLength } from './numbered.ts';
import { dawdle, turn } from './schedule.ts';

export interface SenderThreadData {
  readonly seed: string;
  readonly first: number;
  readonly count: number;
  readonly queue: QueueMemory;
  readonly wake: WakeMemory;
  readonly slab: SlabMemory;
  /** Pages of the one track that it writes: few are soon overwritten. */
  readonly pages: number;
  /** What a full queue means: the sender tries again, or the entry is left out. */
  readonly whenFull: 'wait' | 'skip';
}

const { seed, first, count, queue, wake, slab, pages, whenFull } = workerData as SenderThreadData;
const random = seededRandom(seed);
const track = new SlabWriter(slab).openTrack({ pages, ageMs: Number.POSITIVE_INFINITY })!;
const producer = new QueueProducer(queue);
const waker = new Waker(wake);

function flush(): void {
  if (producer.publish()) waker.wake();
}

let batch = 0;
for (let number = first; number < first + count; number += 1) {
  const length = packetLength(number);
  fillPacket(track.reserve(0, length), number);
  const entry = numberedEntry(number, track.commit(length));
  while (!producer.push(entry, 0) && whenFull === 'wait') {
    flush();
    await turn();
  }
  if (batch === 0) {
    flush();
    batch = 1 + (random.uint32() % 40);
    await dawdle(random);
  }
  batch -= 1;
}
flush();
