/**
 * Many deadlines, one timer: a binary heap that knows where each item lies, so that a deadline can be moved or taken
 * back in O(log n). A shard with thousands of sessions arms a single timer for the first of them.
 */
interface Entry<T> {
  readonly item: T;
  atMs: number;
}

export class DeadlineHeap<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #places = new Map<T, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** When the first deadline is due, or undefined when there is none. */
  get firstAtMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  /** Sets or moves the deadline of `item`; undefined takes it back. */
  set(item: T, atMs: number | undefined): void {
    const place = this.#places.get(item);
    if (atMs === undefined) {
      if (place !== undefined) this.#removeAt(place);
      return;
    }
    if (place === undefined) {
      this.#entries.push({ item, atMs });
      this.#places.set(item, this.#entries.length - 1);
      this.#rise(this.#entries.length - 1);
      return;
    }
    const entry = this.#entries[place]!;
    const before = entry.atMs;
    entry.atMs = atMs;
    if (atMs < before) this.#rise(place);
    else this.#sink(place);
  }

  delete(item: T): void {
    this.set(item, undefined);
  }

  /** Takes out the first item whose deadline is not after `nowMs`. */
  popDue(nowMs: number): T | undefined {
    const first = this.#entries[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    this.#removeAt(0);
    return first.item;
  }

  #removeAt(place: number): void {
    const removed = this.#entries[place]!;
    this.#places.delete(removed.item);
    const last = this.#entries.pop()!;
    if (last === removed) return;
    this.#put(place, last);
    this.#rise(place);
    this.#sink(this.#places.get(last.item)!);
  }

  #rise(from: number): void {
    const entry = this.#entries[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#entries[parent]!.atMs <= entry.atMs) break;
      this.#put(place, this.#entries[parent]!);
      place = parent;
    }
    this.#put(place, entry);
  }

  #sink(from: number): void {
    const entry = this.#entries[from]!;
    const count = this.#entries.length;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#entries[child + 1]!.atMs < this.#entries[child]!.atMs) child += 1;
      if (this.#entries[child]!.atMs >= entry.atMs) break;
      this.#put(place, this.#entries[child]!);
      place = child;
    }
    this.#put(place, entry);
  }

  #put(place: number, entry: Entry<T>): void {
    this.#entries[place] = entry;
    this.#places.set(entry.item, place);
  }
}
