/** How long things took, as a histogram: a day of them takes no more memory than a minute. */
import { tenths } from './rounding.ts';

/** A millisecond each; what takes longer than all of them counts as the last. */
const BUCKETS = 5_000;

export interface DelayFigures {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export class DelayDistribution {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  add(delayMs: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(delayMs)));
    this.#buckets[bucket]! += 1;
    this.#count += 1;
    this.#sumMs += delayMs;
    this.#maxMs = Math.max(this.#maxMs, delayMs);
  }

  addAll(other: DelayDistribution): void {
    for (let i = 0; i < BUCKETS; i += 1) this.#buckets[i]! += other.#buckets[i]!;
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  /** In the middle of its millisecond; 0 when there is nothing. */
  quantile(share: number): number {
    const wanted = share * this.#count;
    let seen = 0;
    for (let i = 0; i < BUCKETS; i += 1) {
      seen += this.#buckets[i]!;
      if (this.#buckets[i]! > 0 && seen >= wanted) return Math.min(this.#maxMs, i + 0.5);
    }
    return 0;
  }

  get figures(): DelayFigures {
    const meanMs = this.#count === 0 ? 0 : this.#sumMs / this.#count;
    const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map(share => tenths(this.quantile(share)));
    return {
      count: this.#count,
      meanMs: tenths(meanMs),
      p50Ms: p50Ms!,
      p95Ms: p95Ms!,
      p99Ms: p99Ms!,
      maxMs: tenths(this.#maxMs),
    };
  }

  /** Those milliseconds that have any, with how many. */
  get counts(): readonly (readonly [ms: number, count: number])[] {
    return [...this.#buckets].flatMap((count, ms) => (count > 0 ? [[ms, count] as const] : []));
  }

  /** How much took no longer than that, for a plot: from 0 to 1. */
  get cumulative(): readonly (readonly [ms: number, share: number])[] {
    const { counts } = this;
    let seen = 0;
    const points = counts.map(([ms, count]) => {
      seen += count;
      return [ms + 1, seen / this.#count] as const;
    });
    return counts.length === 0 ? [] : [[counts[0]![0], 0], ...points];
  }
}
