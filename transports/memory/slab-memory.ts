/**
 * The slab: where a core shard keeps the packets of its streams, in memory that all threads share. A packet's bytes are
 * written once, by the shard's own thread (`SlabWriter`); every thread reads them where they lie (`SlabReader`), by a
 * reference that is four numbers.
 *
 * **Pages.** The slab is cut into pages of one size, and each track writes round a ring of pages of its own. So the
 * burst of one stream overwrites the oldest packets of that very track, and never another's history. What a track may
 * ever hold, its quota, is set aside when it is opened: a slab that has no more to promise refuses the next track, and
 * takes nothing from those that are there. Since any free page serves any track, nothing breaks into fragments; what is
 * lost is the end of a page, where the next packet did not fit: about half a packet in 32 KiB, 2 %.
 *
 * **Generations.** Each page begins with a word that counts how often the page was begun. The writer adds 1 before it
 * writes over a page's first byte; a reference names the generation that it was written under, and is good as long as
 * the page still has it. So a reader looks at the generation after its last use of the bytes; if it has changed, what
 * was read may be torn: bytes of the packet mixed with those of later ones. Whatever was made of such bytes is thrown
 * away: nothing leaves the thread before that look.
 *
 * **Memory order** (ECMA-262, Memory Model). Packet bytes are read and written plainly; two rules make that safe.
 *
 * 1. *A reference that has arrived has its bytes with it.* Writing the bytes comes before the `Atomics.store` that
 *    publishes the reference (queue-memory.ts), in one thread; the store synchronizes with the `Atomics.load` that reads
 *    it; reading the bytes comes after that. Happens-before is transitive, and a read never gives a value older than
 *    the last write that happens before it.
 * 2. *A generation that has not changed proves the bytes.* The writer's step and the reader's last look are both
 *    read-modify-writes: `Atomics.add` of 1, and of 0. All those on one word stand in one order, where each reads what
 *    the one before it wrote, and so synchronizes with it. If the reader finds the old generation, it stands before
 *    the writer's step, and this chain runs: reading the bytes → reader's add → (other readers' adds →) writer's add →
 *    overwriting. What happens after a read cannot be seen by it. (What a native function reads, it reads in its call.)
 *
 * Neither a load at the reader's end nor a store at the writer's would do, though both would pass every test on x86:
 * nobody would read what the reader wrote, and there would be no chain. ARM uses that freedom: it may carry out a plain
 * load after the load-acquire that follows it, and a plain store before the store-release that precedes it.
 */
import { CACHE_LINE_BYTES } from './cache-line.ts';

/** Pages have 32 KiB: larger ones waste memory on slow audio, smaller ones more of each page's end. */
const PAGE_SHIFT = 15;
export const PAGE_BYTES = 1 << PAGE_SHIFT;
/** The generation has cache lines to itself, since readers write to it too when they add 0. */
export const PAGE_HEADER_BYTES = CACHE_LINE_BYTES;
/** The longest that can be kept in one piece; RTP packets are far shorter. */
export const PAGE_CONTENT_BYTES = PAGE_BYTES - PAGE_HEADER_BYTES;
/** 2 GiB, so that a position is an Int32. */
export const SLAB_PAGES_MAX = 1 << (31 - PAGE_SHIFT);

/** The memory itself, to be handed to every thread; one for each core shard, which outlives the shard's thread. */
export interface SlabMemory {
  /** The number of the shard that writes here. */
  readonly id: number;
  /** Whole pages. The machine gives memory when a page is first written. */
  readonly buffer: SharedArrayBuffer;
}

/** Where a packet is. Plain data; says nothing about whether it is there still. */
export interface PacketReference {
  /** SlabMemory.id. */
  readonly slab: number;
  /** Of its first byte, from the beginning of the slab. */
  readonly position: number;
  /** Of the page that it lies in, an Int32 that comes round after 2^32 uses: 128 TiB written to that very page. */
  readonly generation: number;
  /** Bytes. */
  readonly length: number;
}

/** Throws a RangeError for a number of pages that is not 1 to SLAB_PAGES_MAX. */
export function createSlabMemory(id: number, pages: number): SlabMemory {
  if (!Number.isInteger(pages) || pages < 1 || pages > SLAB_PAGES_MAX) {
    throw new RangeError(`a slab of ${pages} pages: not 1 to ${SLAB_PAGES_MAX}`);
  }
  return { id, buffer: new SharedArrayBuffer(pages * PAGE_BYTES) };
}

/** Where a page begins, from the beginning of the slab. */
export function pageStart(page: number): number {
  return page << PAGE_SHIFT;
}

/** The place of the generation, in an Int32Array over the slab, of the page that holds `position`. */
export function generationIndex(position: number): number {
  return (position >> PAGE_SHIFT) << (PAGE_SHIFT - 2);
}
