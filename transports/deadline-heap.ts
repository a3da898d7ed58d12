/**
 * Many deadlines, one timer: a binary heap that knows where each item lies, so that a deadline can be moved or taken
 * back in O(log n). A shard with thousands of sessions arms a single timer for the first of them.
 */
interface Entry<T> {
  readonly item: T;
  atMs: number;
  /** Where it lies in the heap. */
  place: number;
}

export class DeadlineHeap<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #byItem = new Map<T, Entry<T>>();

  get size(): number {
    return this.#entries.length;
  }

  /** When the first deadline is due, or undefined when there is none. */
  get firstAtMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  /** Sets or moves the deadline of `item`; undefined takes it back. */
  set(item: T, atMs: number | undefined): void {
    const entry = this.#byItem.get(item);
    if (atMs === undefined) {
      if (entry !== undefined) this.#removeAt(entry.place);
      return;
    }
    if (entry === undefined) {
      const added = { item, atMs, place: this.#entries.length };
      this.#entries.push(added);
      this.#byItem.set(item, added);
      this.#rise(added.place);
      return;
    }
    const before = entry.atMs;
    if (atMs === before) return;
    entry.atMs = atMs;
    if (atMs < before) this.#rise(entry.place);
    else this.#sink(entry.place);
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
    this.#byItem.delete(removed.item);
    const last = this.#entries.pop()!;
    if (last === removed) return;
    this.#put(place, last);
    this.#rise(place);
    this.#sink(last.place);
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
    entry.place = place;
  }
}
