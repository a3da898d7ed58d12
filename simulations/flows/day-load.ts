/** How much of a day's greatest load there is at each hour: of schools in the morning and the afternoon, of tutoring in the evening. */

const HOURS = 24;
/** When most are there, how wide the peak is (its standard deviation, hours), and what it comes to. */
const PEAKS = [
  { at: 9.8, wide: 1.3, height: 0.75 },
  { at: 15.3, wide: 1.2, height: 0.6 },
  { at: 20, wide: 1.1, height: 1 },
] as const;
/** At night there are those who live elsewhere. */
const LEAST = 0.02;

/** From 0 to 1; `hour` may have parts, and be of a later day. */
export function dayLoad(hour: number): number {
  const ofDay = ((hour % HOURS) + HOURS) % HOURS;
  const sum = PEAKS.reduce((total, { at, wide, height }) => {
    const apart = Math.abs(ofDay - at);
    const distance = Math.min(apart, HOURS - apart) / wide;
    return total + height * Math.exp(-(distance ** 2) / 2);
  }, LEAST);
  return Math.min(1, sum);
}
