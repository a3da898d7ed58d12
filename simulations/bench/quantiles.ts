/** What a bench says of many figures: quantiles of one run, and the median of several runs with their extremes. */

/**
 * The least of `values` that at least the share `q` of them does not exceed (nearest rank); `q` from 0 exclusive to 1.
 * Throws a RangeError when there are no values.
 */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** Likewise of values that are in order already, for who takes several quantiles of them. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new RangeError('no values to take a quantile of');
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}

/** Throws a RangeError when there are no values. */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values to take a mean of');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of an even number of values the median lies half-way between the two in the middle. Throws when there are none. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values to take a median of');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}
