/** The receiving end of a queue between two core shards. */
import { EntryCells, type ReceivedEntry } from './media-entry.ts';
import { ahead, DROPPED, DROPPING, ENTRIES_AT_BYTES, HEAD, type QueueMemory, TAIL } from './queue-memory.ts';

export class QueueConsumer {
  readonly #mask: number;
  readonly #words: Int32Array;
  readonly #cells: EntryCells;
  #head: number;
  /** The producer's index as it was last seen. */
  #tail: number;

  /** One for a queue at a time. After a restart it goes on with the entries that nobody has taken. */
  constructor({ buffer, capacity }: QueueMemory) {
    this.#mask = capacity - 1;
    this.#words = new Int32Array(buffer);
    this.#cells = new EntryCells(buffer, ENTRIES_AT_BYTES, capacity);
    this.#head = Atomics.load(this.#words, HEAD);
    this.#tail = this.#head;
  }

  /** Entries that wait, at this moment. */
  get waiting(): number {
    this.#tail = Atomics.load(this.#words, TAIL);
    return ahead(this.#tail, this.#head);
  }

  /** How many entries the producer has dropped so far, modulo 2^32. */
  get dropped(): number {
    return Atomics.load(this.#words, DROPPED) >>> 0;
  }

  /** How many tracks the producer is dropping until their next keyframe. */
  get dropping(): number {
    return Atomics.load(this.#words, DROPPING);
  }

  /**
   * Hands out at most `limit` entries, in order, and frees their places when all are done; gives their number. `take`
   * borrows the entry while it runs. If it throws, so does this, and the entry counts as taken.
   */
  drain(limit: number, take: (entry: ReceivedEntry) => void): number {
    let taken = 0;
    try {
      while (taken < limit && (this.#head !== this.#tail || this.waiting > 0)) {
        const place = this.#head & this.#mask;
        this.#head = (this.#head + 1) | 0;
        taken += 1;
        take(this.#cells.read(place));
      }
    } finally {
      if (taken > 0) Atomics.store(this.#words, HEAD, this.#head);
    }
    return taken;
  }

  /** Lets all that waits go, unread: what a restarted shard has no use for. Gives its number. */
  skip(): number {
    const skipped = this.waiting;
    this.#head = this.#tail;
    if (skipped > 0) Atomics.store(this.#words, HEAD, this.#head);
    return skipped;
  }
}
