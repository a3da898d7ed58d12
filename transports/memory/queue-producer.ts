/** The sending end of a queue between two core shards. Never waits: a full queue is the caller's to deal with. */
import { EntryCells, type MediaEntry } from './media-entry.ts';
import { ahead, DROPPED, DROPPING, ENTRIES_AT_BYTES, HEAD, type QueueMemory, TAIL } from './queue-memory.ts';

export class QueueProducer {
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #cells: EntryCells;
  /** Where the next entry goes; those from #published on are written and not yet published. */
  #next: number;
  #published: number;
  /** The consumer's index as it was last seen. It only grows, so there is at least as much room as this says. */
  #head: number;

  /** One for a queue at a time. After a restart the indexes go on from where they stood. */
  constructor({ buffer, capacity }: QueueMemory) {
    this.capacity = capacity;
    this.#words = new Int32Array(buffer);
    this.#cells = new EntryCells(buffer, ENTRIES_AT_BYTES, capacity);
    this.#published = Atomics.load(this.#words, TAIL);
    this.#next = this.#published;
    this.#head = Atomics.load(this.#words, HEAD);
  }

  hasRoom(entries: number): boolean {
    if (ahead(this.#next, this.#head) + entries <= this.capacity) return true;
    this.#head = Atomics.load(this.#words, HEAD);
    return ahead(this.#next, this.#head) + entries <= this.capacity;
  }

  /** When the oldest packet came whose entry waits still; undefined when none waits. */
  get oldestArrivedAtMs(): number | undefined {
    this.#head = Atomics.load(this.#words, HEAD);
    if (this.#head === this.#next) return undefined;
    return this.#cells.arrivedAtMs(this.#head & (this.capacity - 1));
  }

  /** Writes an entry, which the consumer sees after `publish`; false, and nothing done, when the queue is full. */
  push(entry: MediaEntry, droppedBefore: number): boolean {
    if (!this.hasRoom(1)) return false;
    this.#cells.write(this.#next & (this.capacity - 1), entry, droppedBefore);
    this.#next = (this.#next + 1) | 0;
    return true;
  }

  /** Lets the consumer see what was pushed; false when there was nothing. Once a batch, since it costs the other core. */
  publish(): boolean {
    if (this.#next === this.#published) return false;
    this.#published = this.#next;
    Atomics.store(this.#words, TAIL, this.#published);
    return true;
  }

  /** Tells the consumer how many entries were dropped in all, and how many tracks are being dropped. */
  tellDrops(dropped: number, dropping: number): void {
    Atomics.store(this.#words, DROPPED, dropped);
    Atomics.store(this.#words, DROPPING, dropping);
  }
}
