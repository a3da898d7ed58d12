/**
 * The receiver's side: segments that came before their turn, in a ring with the sequence number as the place, and those
 * in order, which wait to be read as messages. Each holds at most a window of segments.
 */
import { ByteCopier } from './byte-copier.ts';
import { Fifo } from './fifo.ts';
import { after, ahead } from './wrapping.ts';

interface IncomingSegment {
  readonly fragmentsLeft: number;
  readonly payload: Uint8Array;
}

/** What a segment was: new; one that had come before; or past the window, so that no place is kept for it. */
export type Arrival = 'new' | 'duplicate' | 'past the window';

export class ReceiveBuffer {
  readonly #window: number;
  readonly #ring: (IncomingSegment | undefined)[];
  readonly #mask: number;
  readonly #copier = new ByteCopier();
  readonly #ordered = new Fifo<IncomingSegment>();
  #next: number;
  #early = 0;

  constructor(window: number, firstSequence: number) {
    const capacity = 2 ** Math.ceil(Math.log2(window));
    this.#window = window;
    this.#ring = new Array<IncomingSegment | undefined>(capacity).fill(undefined);
    this.#mask = capacity - 1;
    this.#next = firstSequence;
  }

  /** The lowest sequence number that has not taken its place in order. */
  get next(): number {
    return this.#next;
  }

  /** How many more segments in order there is room for. */
  get room(): number {
    return this.#window - this.#ordered.size;
  }

  /** Segments held, in order or early: two windows at the most. */
  get count(): number {
    return this.#ordered.size + this.#early;
  }

  /** `payload` is borrowed: it is copied if it is kept. */
  accept(sequence: number, fragmentsLeft: number, payload: Uint8Array): Arrival {
    if (ahead(sequence, after(this.#next, this.#window)) >= 0) return 'past the window';
    const place = sequence & this.#mask;
    if (ahead(sequence, this.#next) < 0 || this.#ring[place] !== undefined) return 'duplicate';
    this.#ring[place] = { fragmentsLeft, payload: this.#copier.copy(payload) };
    this.#early += 1;
    this.#moveOrdered();
    return 'new';
  }

  /** The next message, when all of it has come. */
  take(): Uint8Array | undefined {
    const { first } = this.#ordered;
    if (first === undefined || this.#ordered.size <= first.fragmentsLeft) return undefined;
    const message = first.fragmentsLeft === 0 ? this.#ordered.shift()!.payload : this.#join();
    this.#moveOrdered();
    return message;
  }

  /**
   * What a peer calls a message ends with the fragment that says so, or with what there is. Nobody sends an empty fragment
   * of a message but who has given the message up; what came of it before that is of no use.
   */
  #join(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let part = this.#ordered.shift(); part !== undefined; part = this.#ordered.shift()) {
      parts.push(part.payload);
      if (part.fragmentsLeft === 0) break;
    }
    if (parts.some(({ length }) => length === 0)) return new Uint8Array(0);
    const message = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
    return message;
  }

  #moveOrdered(): void {
    while (this.room > 0) {
      const place = this.#next & this.#mask;
      const segment = this.#ring[place];
      if (segment === undefined) return;
      this.#ring[place] = undefined;
      this.#early -= 1;
      this.#ordered.push(segment);
      this.#next = after(this.#next, 1);
    }
  }
}
