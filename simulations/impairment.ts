/** What one direction of a link does to datagrams: a pure core, told the time and given its randomness. */
import type { Random } from '../transports/random.ts';

/** All of it may be left out: the plain link delivers everything at once and in order. */
export interface LinkSettings {
  /** One way, 0 or more. */
  readonly delayMs?: number;
  /** Each datagram takes up to this much longer, evenly spread; it still waits for those before it. */
  readonly jitterMs?: number;
  /** The share that is lost in the long run, 0 to 1. */
  readonly loss?: number;
  /** How many are lost in a row on average, 1 or more (Gilbert's model); absent: each is lost or not by itself. */
  readonly burst?: number;
  /**
   * The share that is lost within such a run, above 0 and up to 1 (Gilbert-Elliott's model); absent: all of it. Runs are then
   * of datagrams that are in danger, and `loss` still comes out in the long run.
   */
  readonly burstLoss?: number;
  /** The share that comes twice, 0 to 1. */
  readonly duplicate?: number;
  /** The share that is held back by `reorderHoldMs`, so that later ones may overtake it, 0 to 1. */
  readonly reorder?: number;
  readonly reorderHoldMs?: number;
  /** What the bottleneck lets through, bits of UDP payload a second; absent: no bottleneck. */
  readonly rateBps?: number;
  /** What may wait before the bottleneck; past it the newest is dropped. */
  readonly queueBytes?: number;
}

export interface LinkStatistics {
  offered: number;
  /** Copies included. */
  scheduled: number;
  lost: number;
  /** Found the bottleneck's queue full. */
  queueDropped: number;
  blackedOut: number;
  duplicated: number;
  reordered: number;
  bytesScheduled: number;
}

/** Longer than any packet train, so that what is held back is overtaken in most streams. */
const DEFAULT_REORDER_HOLD_MS = 20;
/** A hundred full datagrams: a plain home router's. */
const DEFAULT_QUEUE_BYTES = 150_000;

export class Impairment {
  readonly statistics: LinkStatistics = {
    offered: 0,
    scheduled: 0,
    lost: 0,
    queueDropped: 0,
    blackedOut: 0,
    duplicated: 0,
    reordered: 0,
    bytesScheduled: 0,
  };
  /** While set nothing gets in; what is under way still arrives. */
  isBlackedOut = false;
  readonly #random: Random;
  #settings: LinkSettings = {};
  /** Chances for each datagram to enter and to leave a run of losses. */
  #lossStarts = 0;
  #lossEnds = 1;
  #lossWithin = 1;
  #isLosing = false;
  /** When the bottleneck will have let through all that it has taken. */
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  /** When the latest of those in order arrives: none may arrive before it. */
  #lastArrivalMs = Number.NEGATIVE_INFINITY;

  constructor(settings: LinkSettings, random: Random) {
    this.#random = random;
    this.change(settings);
  }

  /** From the next datagram on. Throws a RangeError for what cannot be: `loss` and `burst` that contradict each other. */
  change(settings: LinkSettings): void {
    for (const share of ['loss', 'duplicate', 'reorder'] as const) {
      const value = settings[share] ?? 0;
      if (!(value >= 0 && value <= 1)) throw new RangeError(`${share} is ${value}, not 0 to 1`);
    }
    const { loss = 0, burst, burstLoss = 1 } = settings;
    if (!(burstLoss > 0 && burstLoss <= 1))
      throw new RangeError(`burstLoss is ${burstLoss}, not above 0 to 1`);
    if (burst === undefined && burstLoss !== 1) throw new RangeError('burstLoss without burst');
    // Gilbert: lost runs of mean length b are left with chance 1/b, and entered so often that `loss` comes out.
    const inRuns = loss / burstLoss;
    const lossEnds = burst === undefined ? 1 - inRuns : 1 / burst;
    const lossStarts = inRuns === 1 ? 1 : (inRuns * lossEnds) / (1 - inRuns);
    if (!(inRuns <= 1 && lossEnds <= 1 && lossStarts <= 1))
      throw new RangeError(`no runs of mean length ${burst} lose ${loss} of all`);
    this.#settings = settings;
    this.#lossStarts = lossStarts;
    this.#lossEnds = inRuns === 1 ? 0 : lossEnds;
    this.#lossWithin = burstLoss;
    if (loss === 0) this.#isLosing = false;
  }

  /** When a datagram that is sent now will arrive: never, once, or more than once. */
  offer(nowMs: number, byteCount: number): readonly number[] {
    const { statistics } = this;
    statistics.offered += 1;
    if (this.isBlackedOut) {
      statistics.blackedOut += 1;
      return [];
    }
    const departureMs = this.#passBottleneck(nowMs, byteCount);
    if (departureMs === undefined) {
      statistics.queueDropped += 1;
      return [];
    }
    if (this.#isLost()) {
      statistics.lost += 1;
      return [];
    }
    const arrivals = [this.#arrival(departureMs)];
    if (this.#happens(this.#settings.duplicate)) {
      statistics.duplicated += 1;
      arrivals.push(this.#arrival(departureMs));
    }
    statistics.scheduled += arrivals.length;
    statistics.bytesScheduled += arrivals.length * byteCount;
    return arrivals;
  }

  /** When the last bit is through, or nothing when the queue has no room. */
  #passBottleneck(nowMs: number, byteCount: number): number | undefined {
    const { rateBps, queueBytes = DEFAULT_QUEUE_BYTES } = this.#settings;
    if (rateBps === undefined) return nowMs;
    const startMs = Math.max(nowMs, this.#busyUntilMs);
    const waitingBytes = ((startMs - nowMs) * rateBps) / 8000;
    if (waitingBytes + byteCount > queueBytes) return undefined;
    this.#busyUntilMs = startMs + (byteCount * 8000) / rateBps;
    return this.#busyUntilMs;
  }

  #isLost(): boolean {
    const isChange = this.#happens(this.#isLosing ? this.#lossEnds : this.#lossStarts);
    if (isChange) this.#isLosing = !this.#isLosing;
    return this.#isLosing && (this.#lossWithin === 1 || this.#happens(this.#lossWithin));
  }

  #arrival(departureMs: number): number {
    const { delayMs = 0, jitterMs = 0, reorder, reorderHoldMs = DEFAULT_REORDER_HOLD_MS } = this.#settings;
    const jitteredMs = jitterMs > 0 ? jitterMs * this.#random.unit() : 0;
    const arrivalMs = Math.max(departureMs + delayMs + jitteredMs, this.#lastArrivalMs);
    if (this.#happens(reorder)) {
      this.statistics.reordered += 1;
      return arrivalMs + reorderHoldMs;
    }
    this.#lastArrivalMs = arrivalMs;
    return arrivalMs;
  }

  #happens(chance: number | undefined): boolean {
    if (chance === undefined || chance === 0) return false;
    return this.#random.unit() < chance;
  }
}
