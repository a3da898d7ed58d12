/** What the bench of crossing cores tries, and how hard. */
import type { QueueMemory } from '../../transports/memory/queue-memory.ts';
import type { SlabMemory } from '../../transports/memory/slab-memory.ts';
import type { WakeMemory } from '../../transports/memory/wake-word.ts';

export interface CrossingPlan {
  readonly name: 'idle' | 'loaded' | 'sameThread' | 'flood';
  /** Packets that come at once, as those of a frame do; each burst is another stream's. */
  readonly burst: number;
  /** From the beginning of one burst to the next; 0 sends whenever there is room. */
  readonly intervalMs: number;
  /** How many viewers the receiver seals each packet for. */
  readonly viewers: number;
  /** Packets that both threads seal beside, every millisecond: streams that do not cross. */
  readonly sealedBeside: number;
  /** Whether the packets come from the other thread; if not, they are the receiver's own. */
  readonly crosses: boolean;
}

/** The streams of 2.5 Mbit/s that the load comes to, each with a track and its quota. */
export const STREAMS = 16;

/** 5,000 packets a second for 6 viewers are about 30 % of a core, sealed one by one, and what is beside as much again. */
const load = { burst: 8, intervalMs: 1.6, viewers: 6, sealedBeside: 40 } as const;

export const crossingPlans: readonly CrossingPlan[] = [
  { name: 'idle', burst: 1, intervalMs: 5, viewers: 0, sealedBeside: 0, crosses: true },
  { name: 'sameThread', ...load, crosses: false },
  { name: 'loaded', ...load, crosses: true },
  { name: 'flood', burst: 64, intervalMs: 0, viewers: 0, sealedBeside: 0, crosses: true },
];

/** What both threads are given. */
export interface CrossingThreadData {
  readonly plan: CrossingPlan;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  readonly queue: QueueMemory;
  readonly wake: WakeMemory;
  readonly slab: SlabMemory;
}

/** What the receiver says in the end. Packets that were sent in the warm-up are not among them. */
export interface CrossingResult {
  /** From the sender's writing to the receiver's reading, of each packet in milliseconds. */
  readonly delaysMs: Float64Array;
  readonly overwritten: number;
  readonly dropped: number;
  /** Share of a core that the thread took. */
  readonly busy: number;
}
