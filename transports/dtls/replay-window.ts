/** Which record numbers of an epoch have been seen (RFC 6347 section 4.1.2.6). */

/** What the RFC prefers: 32 would do, and a word more costs nothing. */
const WINDOW_RECORDS = 64;
const ALL_SEEN = (1n << BigInt(WINDOW_RECORDS)) - 1n;

export class ReplayWindow {
  /** The highest number accepted, -1 before the first. */
  #highest = -1;
  /** Bit n stands for `#highest - n`. */
  #seen = 0n;

  /** False for a number that was accepted before, or is too old to tell. Changes nothing. */
  isNew(sequence: number): boolean {
    const age = this.#highest - sequence;
    if (age < 0) return true;
    return age < WINDOW_RECORDS && ((this.#seen >> BigInt(age)) & 1n) === 0n;
  }

  /** To be called only once the record is known to be authentic, or a stranger could move the window. */
  accept(sequence: number): void {
    const advance = sequence - this.#highest;
    if (advance <= 0) {
      this.#seen |= 1n << BigInt(-advance);
      return;
    }
    this.#seen = advance >= WINDOW_RECORDS ? 1n : ((this.#seen << BigInt(advance)) | 1n) & ALL_SEEN;
    this.#highest = sequence;
  }
}
