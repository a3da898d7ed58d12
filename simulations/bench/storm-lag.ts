/** How far a viewer that has just joined is behind those who were there before. */
import { spreadOf } from './quantiles.ts';

/** When each frame had come, in ms, by its RTP timestamp. */
export type Arrivals = ReadonlyMap<number, number>;

/**
 * The median, over the frames that both have, of how much later they came to the newcomer than to the old viewers in the
 * middle, in ms. A newcomer that is still shown the past has frames under timestamps of its own, and so none in common:
 * undefined.
 */
export function lagBehind(newcomer: Arrivals, old: readonly Arrivals[]): number | undefined {
  const lags: number[] = [];
  for (const [timestamp, atMs] of newcomer) {
    const others = old.map(arrivals => arrivals.get(timestamp)).filter(other => other !== undefined);
    if (others.length > 0) lags.push(atMs - spreadOf(others).median);
  }
  return lags.length === 0 ? undefined : spreadOf(lags).median;
}
