/** Which packets of one source have been seen (RFC 3711 section 3.3.2). */
import { noIndex } from './packet-index.ts';

export class ReplayWindow {
  /** One bit an index, as a ring: index i has bit `i % size`. */
  readonly #seen: Uint32Array;
  readonly #size: number;
  /** Moves the window; everything `size` or more below it counts as seen. */
  #highest = noIndex;

  /** `size` is how many indices the window looks back over: a power of two, at least 64 (RFC 3711 section 3.3.2). */
  constructor(size: number) {
    this.#size = size;
    this.#seen = new Uint32Array(size / 32);
  }

  /** The highest index that was committed, or `noIndex`. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether the packet is neither a repetition nor older than the window. Changes nothing. */
  admits(index: number): boolean {
    if (index > this.#highest) return true;
    return index > this.#highest - this.#size && !this.#has(index);
  }

  /** Records a packet that `admits` let through and whose authentication was right. */
  commit(index: number): void {
    if (index > this.#highest) this.#advance(index);
    const bit = index % this.#size;
    this.#seen[bit >>> 5]! |= 1 << (bit & 31);
  }

  #has(index: number): boolean {
    const bit = index % this.#size;
    return (this.#seen[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  #advance(index: number): void {
    if (index - this.#highest >= this.#size) this.#seen.fill(0);
    else {
      for (let reused = this.#highest + 1; reused <= index; reused++) {
        const bit = reused % this.#size;
        this.#seen[bit >>> 5]! &= ~(1 << (bit & 31));
      }
    }
    this.#highest = index;
  }
}
