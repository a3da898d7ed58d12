/**
 * The least of the values in a window that slides over whole positions, by a monotone deque: only values that may yet
 * become the least are kept, so that they grow from front to back, and the front is the least of all. A value goes in
 * and out once, and nothing is allocated after the beginning.
 */
export class SlidingMinimum {
  readonly #width: number;
  /** Rings: one value a position at most is kept. */
  readonly #values: Float64Array;
  readonly #positions: Float64Array;
  #front = 0;
  #count = 0;

  /** How many positions the window reaches back from the newest one; that one is in it too. */
  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(width + 1);
    this.#positions = new Float64Array(width + 1);
  }

  /** The least value of the window, or undefined when nothing has been put in. */
  get least(): number | undefined {
    return this.#count === 0 ? undefined : this.#values[this.#front];
  }

  /** `position` is a whole number; one that is behind the newest counts as the newest. */
  put(position: number, value: number): void {
    const values = this.#values;
    let at = position;
    if (this.#count > 0) at = Math.max(at, this.#positions[this.#place(this.#count - 1)]!);
    while (this.#count > 0 && this.#positions[this.#front]! < at - this.#width) {
      this.#front = this.#place(1);
      this.#count -= 1;
    }
    while (this.#count > 0 && values[this.#place(this.#count - 1)]! >= value) this.#count -= 1;
    // The one before it is less, and stays as long.
    if (this.#count > 0 && this.#positions[this.#place(this.#count - 1)] === at) return;
    const place = this.#place(this.#count);
    values[place] = value;
    this.#positions[place] = at;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }

  #place(index: number): number {
    const place = this.#front + index;
    return place > this.#width ? place - this.#width - 1 : place;
  }
}
