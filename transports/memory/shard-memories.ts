/**
 * The memory that the core shards of a node share: for each its slab and its wake word, and for each pair a queue. Made by
 * the node, handed to every shard's thread, and outliving them: a shard that is started again takes up what is its own.
 */
import { createQueueMemory, type QueueMemory } from './queue-memory.ts';
import { createSlabMemory, PAGE_BYTES, type SlabMemory } from './slab-memory.ts';
import { createWakeMemory, type WakeMemory } from './wake-word.ts';

/**
 * Of each shard's slab. A stream is promised 2.5 MiB (actors/forwarding/slab-quotas.ts), so that a shard takes 200; the
 * machine gives memory only for what is written.
 */
const SLAB_BYTES = 512 << 20;

export interface ShardMemories {
  /** By shard. */
  readonly slabs: readonly SlabMemory[];
  readonly wakes: readonly WakeMemory[];
  /** By the shard that sends, then by the one that receives; a shard has none to itself. */
  readonly queues: readonly (readonly (QueueMemory | undefined)[])[];
}

/** For two shards or more; one alone shares nothing. */
export function createShardMemories(shards: number): ShardMemories {
  const each = Array.from({ length: shards }, (_, shard) => shard);
  return {
    slabs: each.map(shard => createSlabMemory(shard, SLAB_BYTES / PAGE_BYTES)),
    wakes: each.map(() => createWakeMemory()),
    queues: each.map(from => each.map(to => (from === to ? undefined : createQueueMemory()))),
  };
}
