/** Which rate of joins to try next, to find the highest that a node takes. */

export interface RateTried {
  readonly rate: number;
  /** Nobody failed, and the load clients kept to the rate. */
  readonly isBorne: boolean;
}

const FIRST = 50;
const RATE_MAX = 3200;
/** Nobody needs to know it more exactly than by a tenth, and it does not repeat more exactly than that. */
const EXACTNESS = 1 / 10;
const TRIES_MAX = 12;

/** Twice as many as long as they are borne, then half-way between. Undefined when enough is known. */
export function nextRate(tried: readonly RateTried[]): number | undefined {
  if (tried.length >= TRIES_MAX) return undefined;
  if (tried.length === 0) return FIRST;
  const borne = Math.max(0, ...tried.filter(({ isBorne }) => isBorne).map(({ rate }) => rate));
  const tooHigh = tried.filter(({ rate, isBorne }) => !isBorne && rate > borne).map(({ rate }) => rate);
  if (tooHigh.length === 0) return borne >= RATE_MAX ? undefined : Math.min(RATE_MAX, borne * 2);
  const least = Math.min(...tooHigh);
  if (least - borne <= least * EXACTNESS) return undefined;
  return Math.round((borne + least) / 2);
}
