/** Which number of pulls to try next, to find how many a node bears. */

/** One case that was tried. */
export interface Tried {
  readonly pulls: number;
  /** Nothing was lost, and everybody had media. */
  readonly isWhole: boolean;
  /** That, and the 99th percentile of the delays was under 10 ms. */
  readonly isQuick: boolean;
}

const FIRST = 200;
/** A shard holds no more sessions than this. */
const PULLS_MAX = 10_000;
/** Nobody needs to know it more exactly than by an eighth, and the figures do not repeat more exactly than that. */
const EXACTNESS = 1 / 8;
const STEP = 25;
/** Half a minute each and more: an answer within some five minutes. */
const CASES_MAX = 10;

/**
 * Twice as many as long as it bears them, or half as many until it does; then half-way between what it bears and what it does
 * not, first for what is quick, then for what is whole. Undefined when enough is known.
 */
export function nextPulls(tried: readonly Tried[]): number | undefined {
  if (tried.length >= CASES_MAX) return undefined;
  if (tried.length === 0) return FIRST;
  const most = Math.max(...tried.map(({ pulls }) => pulls));
  if (boundsOf(tried, 'isWhole').least === Number.POSITIVE_INFINITY && most < PULLS_MAX)
    return Math.min(PULLS_MAX, most * 2);
  for (const criterion of ['isQuick', 'isWhole'] as const) {
    const { most: borne, least } = boundsOf(tried, criterion);
    if (least === Number.POSITIVE_INFINITY) continue;
    if (least - borne <= Math.max(STEP, borne * EXACTNESS)) continue;
    const middle = Math.round((borne + least) / 2 / STEP) * STEP;
    if (middle > borne && middle < least && tried.every(({ pulls }) => pulls !== middle)) return middle;
  }
  return undefined;
}

/** The largest number of pulls of which it is true; 0 when it is of none. */
export function largest(tried: readonly Tried[], criterion: 'isWhole' | 'isQuick'): number {
  return Math.max(0, ...tried.filter(one => one[criterion]).map(({ pulls }) => pulls));
}

/** The most that are borne, and the least above that are not; infinite when there are none. */
function boundsOf(tried: readonly Tried[], criterion: 'isWhole' | 'isQuick') {
  const most = largest(tried, criterion);
  const above = tried.map(({ pulls }) => pulls).filter(pulls => pulls > most);
  return { most, least: Math.min(Number.POSITIVE_INFINITY, ...above) };
}
