/** First in, first out, at a cost that does not grow with what waits: a ring, which takes memory anew only to grow. */

/** Places of one that is not in use. A power of two, as all sizes of the ring are. */
const LEAST_PLACES = 8;
/** A ring that was longer gives its memory back once it is empty: who seldom has much waiting need not keep room for it. */
const KEPT_PLACES = 256;

export class Fifo<Item> {
  #ring: (Item | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Item | undefined {
    return this.at(0);
  }

  get last(): Item | undefined {
    return this.at(this.#size - 1);
  }

  /** The item that `index` others come before; nothing past the last. */
  at(index: number): Item | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)];
  }

  push(item: Item): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  shift(): Item | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size -= 1;
    if (this.#size === 0 && this.#ring.length > KEPT_PLACES) this.#ring = [];
    return item;
  }

  #grow(): void {
    const places = Math.max(LEAST_PLACES, 2 * this.#ring.length);
    const ring = new Array<Item | undefined>(places).fill(undefined);
    for (let index = 0; index < this.#size; index += 1) ring[index] = this.at(index);
    this.#ring = ring;
    this.#head = 0;
  }
}
