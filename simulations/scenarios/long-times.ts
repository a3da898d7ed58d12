/** Times of seconds and minutes, kept one by one: a crowd of some thousands is soon sorted, and no bucket is too small for them. */
import { quantile } from '../bench/quantiles.ts';
import type { FigureRecord, Series } from './scenario.ts';

/** Of many values as many are drawn as an eye can tell apart. */
const POINTS_MAX = 500;

/** Quantiles, ms; 0 when there are none. */
export function timesRecord(timesMs: readonly number[]): FigureRecord {
  const of = (share: number) => (timesMs.length === 0 ? 0 : Math.round(10 * quantile(timesMs, share)) / 10);
  return { p50Ms: of(0.5), p95Ms: of(0.95), p99Ms: of(0.99), maxMs: of(1) };
}

/** How much took no longer than that, for a plot: from 0 to 1. */
export function cumulativeTimes(timesMs: readonly number[]): Series['points'] {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(sorted.length / POINTS_MAX));
  return sorted.flatMap((ms, i) =>
    i % step === 0 || i === sorted.length - 1 ? [[ms, (i + 1) / sorted.length] as const] : [],
  );
}
