/**
 * Which core shard a new session belongs to: its own one, by its user, as long as that one has room; else that with the
 * least to do. A core, though without a clock: what it knows changes with reports and with what it has chosen itself.
 */
import type { ShardLoad } from '../shard/load-meter.ts';
import { stableHash } from '../stable-hash.ts';

/**
 * From this share of a processor on a shard takes no new sessions if another can: what is left takes the bursts of those it
 * has, a keyframe to all or a publisher's return, which otherwise would wait longer than a frame lasts.
 */
export const OVERLOADED_FROM = 0.85;
/** And until it is below this: the sessions of a class leave one by one, and each would let one in and shut the door again. */
export const OVERLOADED_UNTIL = 0.7;
/**
 * While all are past that, the least loaded takes more up to here, since a crowd that joins is a load that passes, and who is
 * refused comes again. Past it every session more would take from those that are there.
 */
export const FULL_FROM = 0.97;
/**
 * What a session counts as until reports show it, at most: about what a viewer of 2.5 Mbit/s costs, 260 packets a second at
 * 4 µs. Its beginning costs a millisecond more, once, which those that came before have in the reports already.
 */
export const PLACED_UTILISATION = 0.001;
/** At least: that of a viewer whose stream has nothing to say but now and then. */
export const PLACED_UTILISATION_MIN = 0.0001;
const UTILISATION_PER_PACKET = 4e-6;
/** Of fewer viewers it is chance what they watch. */
export const VIEWERS_TO_JUDGE_BY = 50;
/**
 * How much of what is measured each second counts at once: joiners keep a loop busy for a second without overloading it.
 * What is not measured yet of a session that was placed is the same part of what it counts as.
 */
const MEASURED_WEIGHT = 0.5;
/** A shard that is behind the others' reports by two seconds, of which each brings one, may hang: it is tried last. */
export const SILENT_MS = 2000;

/** A shard as it is seen from here. */
export interface WeighedShard extends ShardLoad {
  readonly shard: number;
  /** Takes no new sessions now, if another can. */
  readonly isOverloaded: boolean;
}

interface Running {
  readonly shard: number;
  /** As measured last, but for the utilisation, which is smoothed. */
  load: ShardLoad;
  /** Sessions that reports do not show yet; parts of sessions, too. */
  placed: number;
  /** Sessions placed since the last report. */
  placedSince: number;
  /** What one of those that reports do not show counts as. */
  placedUtilisation: number;
  isOverloaded: boolean;
  reportedAtMs: number;
}

export class ShardChoice {
  #count = 0;
  readonly #running = new Map<number, Running>();

  /** Of `count` shards these run. One that was gone meanwhile begins anew. */
  running(nowMs: number, count: number, shards: readonly number[]): void {
    this.#count = count;
    for (const shard of this.#running.keys()) if (!shards.includes(shard)) this.#running.delete(shard);
    for (const shard of shards) {
      if (!this.#running.has(shard)) this.#running.set(shard, newlyRunning(nowMs, shard));
    }
  }

  /** Every second, from each shard. */
  reported(nowMs: number, shard: number, measured: ShardLoad): void {
    const running = this.#running.get(shard);
    if (running === undefined) return;
    const { utilisation, viewers } = running.load;
    running.placedUtilisation = placedUtilisationOf(measured, viewers + running.placedSince);
    running.placedSince = 0;
    running.load = {
      ...measured,
      utilisation: utilisation + MEASURED_WEIGHT * (measured.utilisation - utilisation),
    };
    running.placed *= 1 - MEASURED_WEIGHT;
    running.reportedAtMs = nowMs;
    weigh(running);
  }

  /**
   * The shard for a session that begins now, or why there is none. `uid` is its user; without one, `token` tells sessions
   * apart, which must be random.
   */
  choose(uid: string | undefined, token: string): number | 'none runs' | 'all overloaded' {
    if (this.#running.size === 0) return 'none runs';
    const home = this.#running.get(homeShard(uid, token, this.#count));
    const chosen = home !== undefined && this.#isOpen(home) ? home : this.#leastLoaded();
    if (chosen === undefined) return 'all overloaded';
    chosen.placed += 1;
    chosen.placedSince += 1;
    weigh(chosen);
    return chosen.shard;
  }

  weighed(): readonly WeighedShard[] {
    return [...this.#running.values()].map(({ shard, load, isOverloaded }) => ({
      shard,
      ...load,
      isOverloaded,
    }));
  }

  #isOpen(running: Running): boolean {
    return !running.isOverloaded && !this.#isSilent(running);
  }

  /** Behind the others, not the clock: when this thread has slept, all reports are old. */
  #isSilent({ reportedAtMs }: Running): boolean {
    const newestAtMs = Math.max(...[...this.#running.values()].map(other => other.reportedAtMs));
    return newestAtMs - reportedAtMs > SILENT_MS;
  }

  #leastLoaded(): Running | undefined {
    const all = [...this.#running.values()];
    const open = all.filter(({ isOverloaded }) => !isOverloaded);
    const withRoom = open.length > 0 ? open : all.filter(running => levelOf(running) < FULL_FROM);
    const heard = withRoom.filter(running => !this.#isSilent(running));
    const candidates = heard.length > 0 ? heard : withRoom;
    return candidates.sort((a, b) => levelOf(a) - levelOf(b) || a.shard - b.shard)[0];
  }
}

/** The shard of a session while all are well: `uid % count` for numbers, which are spread evenly as they are. */
export function homeShard(uid: string | undefined, token: string, count: number): number {
  if (uid !== undefined && /^\d+$/.test(uid)) return Number(BigInt(uid) % BigInt(count));
  return stableHash(uid ?? token) % count;
}

function newlyRunning(nowMs: number, shard: number): Running {
  const load = { utilisation: 0, publishers: 0, viewers: 0, packetsPerSecond: 0 };
  return {
    shard,
    load,
    placed: 0,
    placedSince: 0,
    placedUtilisation: PLACED_UTILISATION,
    isOverloaded: false,
    reportedAtMs: nowMs,
  };
}

function levelOf({ load, placed, placedUtilisation }: Running): number {
  return load.utilisation + placed * placedUtilisation;
}

/**
 * Who comes watches what those watch who are there: a crowd of hundreds a second that joins a small stream would otherwise
 * be turned away by a core that has little to do. `served` have had the packets at most: who has come and gone since the last
 * report had its first keyframe, and would otherwise make it look as if those who are there had many times theirs.
 */
function placedUtilisationOf({ viewers, packetsPerSecond }: ShardLoad, served: number): number {
  if (viewers < VIEWERS_TO_JUDGE_BY) return PLACED_UTILISATION;
  const likeTheOthers = (packetsPerSecond / Math.max(viewers, served)) * UTILISATION_PER_PACKET;
  return Math.min(PLACED_UTILISATION, Math.max(PLACED_UTILISATION_MIN, likeTheOthers));
}

function weigh(running: Running): void {
  running.isOverloaded = levelOf(running) >= (running.isOverloaded ? OVERLOADED_UNTIL : OVERLOADED_FROM);
}
