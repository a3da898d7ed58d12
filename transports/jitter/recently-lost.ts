/** Which of the last sequence numbers were given up, to tell what comes late from what comes twice. */

/** Ten seconds of audio, two of video at 2.5 Mbit/s: retransmissions are no later. A power of 2. */
const PLACES = 512;

export class RecentlyLost {
  readonly #lost = new Uint8Array(PLACES);
  /** The sequence number after the last that was noted. */
  #next = 0;

  /** The row goes on with `count` numbers from `from`, which were lost or not. */
  note(from: number, count: number, isLost: boolean): void {
    this.#next = from + count;
    for (let number = Math.max(from, this.#next - PLACES); number < this.#next; number += 1)
      this.#lost[number & (PLACES - 1)] = isLost ? 1 : 0;
  }

  /** Whether the number was lost; from then on it counts as having come. */
  take(number: number): boolean {
    if (number < this.#next - PLACES || number >= this.#next) return false;
    const place = number & (PLACES - 1);
    const wasLost = this.#lost[place] === 1;
    this.#lost[place] = 0;
    return wasLost;
  }
}
