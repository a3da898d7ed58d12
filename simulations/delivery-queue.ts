/** What is under way in the virtual network: a binary heap, earliest arrival first, and first come first at a tie. */

export interface Delivery<T> {
  readonly atMs: number;
  readonly what: T;
}

interface Entry<T> extends Delivery<T> {
  /** Grows with each entry, so that equal times keep their order. */
  readonly order: number;
}

export class DeliveryQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #nextOrder = 0;

  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  get size(): number {
    return this.#heap.length;
  }

  push(atMs: number, what: T): void {
    const heap = this.#heap;
    const entry = { atMs, what, order: this.#nextOrder++ };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  /** The earliest, if it is due. */
  popDue(nowMs: number): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first.what;
  }

  /** Puts `entry` in at the root and lets it down to its place. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, entry)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
