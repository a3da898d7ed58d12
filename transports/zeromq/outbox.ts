/** What waits to be sent to one peer, as JSON, limited by number and bytes; taken out in batches. */
import { FRAME_MAX_BYTES, FRAME_MAX_ITEMS, OUTBOX_MAX_BYTES, OUTBOX_MAX_ITEMS } from './limits.ts';

interface Entry {
  readonly text: string;
  readonly sizeBytes: number;
}

export class Outbox {
  #entries: Entry[] = [];
  /** Those before this have been taken. */
  #first = 0;
  #sizeBytes = 0;

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Takes one item as JSON; false, and nothing is taken, when there is no room. */
  put(text: string, sizeBytes: number): boolean {
    if (this.length >= OUTBOX_MAX_ITEMS || this.#sizeBytes + sizeBytes > OUTBOX_MAX_BYTES) return false;
    this.#entries.push({ text, sizeBytes });
    this.#sizeBytes += sizeBytes;
    return true;
  }

  /** The next batch as a JSON array with its number of items, or undefined when nothing waits. */
  take(): { readonly body: string; readonly itemCount: number } | undefined {
    const first = this.#entries[this.#first];
    if (first === undefined) return undefined;
    let sizeBytes = first.sizeBytes;
    let end = this.#first + 1;
    for (const limit = Math.min(this.#entries.length, this.#first + FRAME_MAX_ITEMS); end < limit; end += 1) {
      const { sizeBytes: next } = this.#entries[end]!;
      // The comma counts too.
      if (sizeBytes + 1 + next > FRAME_MAX_BYTES) break;
      sizeBytes += 1 + next;
    }
    const batch = this.#entries.slice(this.#first, end);
    for (const entry of batch) this.#sizeBytes -= entry.sizeBytes;
    this.#first = end;
    this.#compact();
    return { body: `[${batch.map(({ text }) => text).join(',')}]`, itemCount: batch.length };
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#sizeBytes = 0;
  }

  /** Frees what has been taken once it is the larger half, so that each entry is moved once at most on average. */
  #compact(): void {
    if (this.#first < this.#entries.length - this.#first) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
