/**
 * The queue from one core shard to another: entries of one cache line's size that name packets in the sender's slab.
 * One thread puts them in (`QueueProducer`), one takes them out (`QueueConsumer`), neither ever waits for the other, and
 * no lock is held that a thread could die with.
 *
 * **Layout.** Two indexes grow for ever and come round after 2^32; an entry's place is its index modulo the capacity:
 *
 *     byte 0      tail       index after the last entry that was published        written by the producer alone
 *     byte 4      dropped    how many entries the producer has dropped so far     as above
 *     byte 8      dropping   how many tracks it is dropping at present            as above
 *     byte 128    head       index of the first entry that was not taken          written by the consumer alone
 *     byte 256    entries    64 bytes each (media-entry.ts)
 *
 * The two sides' words lie on cache lines of their own, and each side remembers what it last saw of the other's index:
 * the producer looks again only when the queue seems full, the consumer only when it seems empty.
 *
 * **Memory order** (ECMA-262, Memory Model). Entries are written and read plainly, indexes by `Atomics` alone.
 *
 * 1. *Who sees the tail sees the entries, and the packets that they name.* Writing them comes before the producer's
 *    `Atomics.store` of the tail, which synchronizes with the consumer's `Atomics.load` that reads it; a load that reads a
 *    later tail is as good, since that was stored later by the same thread. Only then does the consumer read.
 * 2. *A place is written again only after it was read.* Reading an entry comes before the consumer's store of the head,
 *    which synchronizes with the producer's load, and that writes only to places that the head it has loaded leaves free.
 *    So no entry is ever torn, and there is nothing to verify about it, unlike the packet that it names.
 * 3. Order and count follow: an index is published once, its place is read once, both in the order of the index.
 *
 * A store by `Atomics` is sequentially consistent, more than this needs; the wake-up (wake-word.ts) needs just that.
 */
import { CACHE_LINE_BYTES } from './cache-line.ts';
import { ENTRY_BYTES } from './media-entry.ts';

/** Places of the words in an Int32Array over the queue's memory. */
export const TAIL = 0;
export const DROPPED = 1;
export const DROPPING = 2;
export const HEAD = CACHE_LINE_BYTES / 4;
export const ENTRIES_AT_BYTES = 2 * CACHE_LINE_BYTES;

/** 0.4 s of 10,000 packets a second, far more than a healthy shard is ever late; 256 KiB for each pair of shards. */
export const QUEUE_ENTRIES = 4_096;

/** The memory itself, to be handed to both threads; it outlives them. */
export interface QueueMemory {
  /** A power of 2. */
  readonly capacity: number;
  readonly buffer: SharedArrayBuffer;
}

/**
 * An empty queue. `start` is where its indexes begin. Throws a RangeError for a capacity that is not a power of 2 up
 * to 2^20.
 */
export function createQueueMemory(capacity: number = QUEUE_ENTRIES, start = 0): QueueMemory {
  if (!Number.isInteger(Math.log2(capacity)) || capacity < 1 || capacity > 1 << 20) {
    throw new RangeError(`a queue of ${capacity} entries: not a power of 2 up to 2^20`);
  }
  const buffer = new SharedArrayBuffer(ENTRIES_AT_BYTES + capacity * ENTRY_BYTES);
  const words = new Int32Array(buffer);
  words[TAIL] = start;
  words[HEAD] = start;
  return { capacity, buffer };
}

/** How far index `to` is ahead of `from`, across the wrap: at most a queue's capacity. */
export function ahead(to: number, from: number): number {
  return (to - from) | 0;
}
