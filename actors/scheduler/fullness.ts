/** How full an edge is: of four things that it may run out of, the scarcest. Pure. */
import { OVERLOADED_FROM, PLACED_UTILISATION } from '../node/shard-choice.ts';
import type { NodeLoad } from './messages.ts';

/** Sessions for each core: the reference load of 4,500 viewers on two cores, which an edge is known to carry. */
export const SESSIONS_PER_CORE = 2250;
/** Media packets a second, in and out, for each core: what one core forwards without loss. */
export const PACKETS_PER_SECOND_PER_CORE = 250_000;
/**
 * What a session counts as until a measurement shows it, besides one session and its part of a processor: a viewer of 2.5
 * Mbit/s. Without it, all who come within that second would be sent to the edge that happened to have the least.
 */
export const PLACED_PACKETS_PER_SECOND = 260;
export const PLACED_BITS_PER_SECOND = 2_500_000;

/**
 * An edge that was full takes nobody until it is below this: viewers leave one by one, and each would open the door for one
 * and shut it again.
 */
export const OPEN_AGAIN_BELOW = 0.9;

/** 0 is empty; from 1 on it is full. `placed` are sessions that were sent there and that `load` does not show yet. */
export function fullnessOf(load: NodeLoad, placed: number): number {
  const { cores, publishers, viewers, packetsPerSecond = 0, utilisation = 0, bitsPerSecond = 0 } = load;
  // Sessions of a node without cores are a share of nothing, and 0 of 0 is full as well.
  if (cores <= 0) return Number.POSITIVE_INFINITY;
  const { mostBitsPerSecond = Number.POSITIVE_INFINITY } = load;
  return Math.max(
    (publishers + viewers + placed) / (cores * SESSIONS_PER_CORE),
    (packetsPerSecond + placed * PLACED_PACKETS_PER_SECOND) / (cores * PACKETS_PER_SECOND_PER_CORE),
    (utilisation + (placed * PLACED_UTILISATION) / cores) / OVERLOADED_FROM,
    (bitsPerSecond + placed * PLACED_BITS_PER_SECOND) / mostBitsPerSecond,
  );
}
