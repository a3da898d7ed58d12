/**
 * Which of a sender's numbers have been taken, over as many as may overtake each other: of SRTP's packets (RFC 3711 section
 * 3.3.2), of DTLS records (RFC 6347 section 4.1.2.6), of a relay link's datagrams (as in RFC 4303 section 3.4.3).
 */

/** The highest number while none has been taken. */
const NONE = -1;

export class ReplayWindow {
  /** One bit a number, as a ring: number n has bit `n % size`. */
  readonly #seen: Uint32Array;
  readonly #size: number;
  /** Moves the window; everything `size` or more below it counts as seen. */
  #highest = NONE;

  /** `size` is how many numbers the window looks back over: a power of two, at least 64. Numbers are below 2^53. */
  constructor(size: number) {
    this.#size = size;
    this.#seen = new Uint32Array(size / 32);
  }

  /** The highest number that was committed, -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether the number is neither a repetition nor older than the window. Changes nothing. */
  admits(number: number): boolean {
    if (number > this.#highest) return true;
    return number > this.#highest - this.#size && !this.#has(number);
  }

  /** Of what `admits` let through and what is known to be authentic: else a stranger could move the window. */
  commit(number: number): void {
    if (number > this.#highest) this.#advance(number);
    const bit = number % this.#size;
    this.#seen[bit >>> 5]! |= 1 << (bit & 31);
  }

  #has(number: number): boolean {
    const bit = number % this.#size;
    return (this.#seen[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  #advance(number: number): void {
    if (number - this.#highest >= this.#size) this.#seen.fill(0);
    else {
      for (let reused = this.#highest + 1; reused <= number; reused += 1) {
        const bit = reused % this.#size;
        this.#seen[bit >>> 5]! &= ~(1 << (bit & 31));
      }
    }
    this.#highest = number;
  }
}
