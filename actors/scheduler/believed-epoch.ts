/** Epochs are milliseconds of the clock of whichever edge has made them. */

/** Clocks of a cluster's machines are closer together; an epoch further ahead is a fault, which is not to be passed on. */
const AHEAD_MAX_MS = 24 * 60 * 60 * 1000;

/** Whether the next publication is to be later than this one, or the number is to be forgotten. */
export function isBelieved(epoch: number, wallMs: number): boolean {
  return epoch > 0 && epoch < wallMs + AHEAD_MAX_MS;
}
