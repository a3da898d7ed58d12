/** Times of seconds and minutes, kept one by one: a million of them are soon sorted, and no bucket is too small for them. */
import { quantileOfSorted } from '../bench/quantiles.ts';
import { tenths } from '../rounding.ts';
import type { FigureRecord, Series } from './scenario.ts';

/** Of many values as many are drawn as an eye can tell apart. */
const POINTS_MAX = 500;

export class LongTimes {
  /** By their type's own order, which is quick. */
  readonly #sorted: Float64Array;

  constructor(timesMs: Iterable<number>) {
    this.#sorted = Float64Array.from(timesMs).sort();
  }

  /** The least that at least this share of them does not exceed, ms; 0 when there are none. */
  quantile(share: number): number {
    return this.#sorted.length === 0 ? 0 : tenths(quantileOfSorted(this.#sorted, share));
  }

  get record(): FigureRecord {
    const [p50Ms, p95Ms, p99Ms, maxMs] = [0.5, 0.95, 0.99, 1].map(share => this.quantile(share));
    return { p50Ms: p50Ms!, p95Ms: p95Ms!, p99Ms: p99Ms!, maxMs: maxMs! };
  }

  /** How much took no longer than that, for a plot: from 0 to 1. */
  get cumulative(): Series['points'] {
    const { length } = this.#sorted;
    const step = Math.max(1, Math.ceil(length / POINTS_MAX));
    const points: (readonly [number, number])[] = [];
    for (let i = 0; i < length; i += step) points.push([this.#sorted[i]!, (i + 1) / length]);
    if (length > 0 && (length - 1) % step > 0) points.push([this.#sorted[length - 1]!, 1]);
    return points;
  }
}
