/** Which edge a client is sent to: one of its own site if any has room, else the least loaded of all. Pure. */
import type { NodeLoad } from './messages.ts';

/** Sessions for each core: the reference load of 4,500 viewers on two cores, which an edge is known to carry. */
export const SESSIONS_PER_CORE = 2250;
/** Media packets a second, in and out, for each core: what one core forwards without loss. */
export const PACKETS_PER_SECOND_PER_CORE = 250_000;
/**
 * Sessions that one placement counts as until the next measurement: without it, all who come within that second would
 * be sent to the edge that happened to have the least.
 */
export const PLACED_WEIGHT = 1;

export interface Candidate {
  readonly node: string;
  readonly load: NodeLoad;
  /** Placed on it since its load was measured. */
  readonly placed: number;
  readonly unsteady: boolean;
}

export interface Candidates<C extends Candidate> {
  readonly inSite: Iterable<C>;
  /** Those of the site among them. */
  readonly all: Iterable<C>;
  /** Names of nodes that have just refused. */
  readonly exclude: readonly string[];
}

/** Unsteady nodes are the last resort. Undefined when nobody has room. */
export function choosePlace<C extends Candidate>({ inSite, all, exclude }: Candidates<C>): C | undefined {
  return (
    leastLoaded(inSite, exclude, true) ??
    leastLoaded(all, exclude, true) ??
    leastLoaded(inSite, exclude, false) ??
    leastLoaded(all, exclude, false)
  );
}

/** How full the node is: 0 is empty; from 1 on it is full. */
export function fullness({ load, placed }: Candidate): number {
  // Sessions of a node without cores are a share of nothing, and 0 of 0 is full as well.
  if (load.cores <= 0) return Number.POSITIVE_INFINITY;
  const sessions = load.publishers + load.viewers + placed * PLACED_WEIGHT;
  const packets = load.packetsPerSecond ?? 0;
  return Math.max(
    sessions / (load.cores * SESSIONS_PER_CORE),
    packets / (load.cores * PACKETS_PER_SECOND_PER_CORE),
  );
}

/** Of nodes that are equally full, that with fewer placed just now, then the first by name. */
function leastLoaded<C extends Candidate>(
  candidates: Iterable<C>,
  exclude: readonly string[],
  steadyOnly: boolean,
): C | undefined {
  let best: C | undefined;
  let bestFullness = 1;
  for (const candidate of candidates) {
    if (steadyOnly && candidate.unsteady) continue;
    const full = fullness(candidate);
    if (full > bestFullness || full >= 1) continue;
    if (full === bestFullness && best !== undefined && !isBefore(candidate, best)) continue;
    if (exclude.includes(candidate.node)) continue;
    best = candidate;
    bestFullness = full;
  }
  return best;
}

function isBefore(one: Candidate, other: Candidate): boolean {
  return one.placed === other.placed ? one.node < other.node : one.placed < other.placed;
}
