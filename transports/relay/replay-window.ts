/** Which of the peer's datagrams have been taken (as in RFC 4303 section 3.4.3), over as many as may overtake each other. */

/** At 10,000 datagrams a second 0.4 s of reordering; half a kilobyte. A power of two, and of whole words. */
export const REPLAY_WINDOW_DATAGRAMS = 4_096;

const WORDS = REPLAY_WINDOW_DATAGRAMS / 32;

export class ReplayWindow {
  /** The highest number taken, -1 before the first. */
  #highest = -1;
  /** A bit for each number of the window: its place is the number modulo the window. */
  readonly #taken = new Uint32Array(WORDS);

  get highest(): number {
    return this.#highest;
  }

  /** False for a number that was taken, or that is too old to tell. Changes nothing. */
  isNew(number: number): boolean {
    if (number > this.#highest) return true;
    if (number <= this.#highest - REPLAY_WINDOW_DATAGRAMS) return false;
    return (this.#taken[wordOf(number)]! & bitOf(number)) === 0;
  }

  /** To be called only once the datagram is known to be authentic, or a stranger could move the window. */
  take(number: number): void {
    if (number > this.#highest) this.#moveTo(number);
    this.#taken[wordOf(number)]! |= bitOf(number);
  }

  /** Clears the places of the numbers that the window comes to hold. */
  #moveTo(number: number): void {
    const from = this.#highest + 1;
    this.#highest = number;
    if (number - from >= REPLAY_WINDOW_DATAGRAMS) {
      this.#taken.fill(0);
      return;
    }
    for (let passed = from; passed <= number; passed += 1) this.#taken[wordOf(passed)]! &= ~bitOf(passed);
  }
}

function wordOf(number: number): number {
  return Math.floor(number / 32) % WORDS;
}

function bitOf(number: number): number {
  return 1 << (number % 32);
}
