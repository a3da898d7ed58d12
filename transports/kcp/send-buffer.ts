/** The segments in flight: sent, and not acknowledged yet. A ring with the sequence number as the place. */
import type { OutgoingSegment } from './outgoing-segment.ts';
import { MAX_FAST_TRANSMISSIONS } from './resend-policy.ts';
import { after, ahead } from './wrapping.ts';

export class SendBuffer {
  readonly #ring: (OutgoingSegment | undefined)[];
  readonly #mask: number;
  #first: number;
  #next: number;
  #count = 0;
  /** The most skips of any segment since the owner set it to 0. */
  mostSkips = 0;

  /** There are never more than `window` numbers from the first segment to the last, which the owner sees to. */
  constructor(window: number, firstSequence: number) {
    const capacity = 2 ** Math.ceil(Math.log2(window));
    this.#ring = new Array<OutgoingSegment | undefined>(capacity).fill(undefined);
    this.#mask = capacity - 1;
    this.#first = firstSequence;
    this.#next = firstSequence;
  }

  /** The lowest sequence number that is not acknowledged, or the next one to be given when all are. */
  get first(): number {
    return this.#first;
  }

  /** How many sequence numbers there are from `first` to the last one given, with those acknowledged in between. */
  get span(): number {
    return ahead(this.#next, this.#first);
  }

  /** Segments that are not acknowledged. */
  get count(): number {
    return this.#count;
  }

  /** Gives the segment its number. */
  push(segment: OutgoingSegment): void {
    segment.sequence = this.#next;
    this.#ring[this.#next & this.#mask] = segment;
    this.#next = after(this.#next, 1);
    this.#count += 1;
  }

  /** The peer has all segments before `sequence`. */
  acknowledgeBefore(sequence: number): void {
    while (this.#first !== this.#next && ahead(sequence, this.#first) > 0) {
      this.#remove(this.#first);
      this.#first = after(this.#first, 1);
    }
    this.#skipAcknowledged();
  }

  /** The segment of that number, if it is in flight. */
  get(sequence: number): OutgoingSegment | undefined {
    return this.#isInFlight(sequence) ? this.#ring[sequence & this.#mask] : undefined;
  }

  /** The number that the next segment will get. */
  get next(): number {
    return this.#next;
  }

  /** The peer has this one. */
  acknowledge(sequence: number): void {
    if (!this.#isInFlight(sequence)) return;
    this.#remove(sequence);
    this.#skipAcknowledged();
  }

  /**
   * The peer has a segment that went out at `timestampMs`: counts a skip for each one in flight before it that had gone
   * out by then. One that went out later may well be on its way still.
   */
  countSkipped(sequence: number, timestampMs: number): void {
    if (!this.#isInFlight(sequence)) return;
    for (let before = this.#first; before !== sequence; before = after(before, 1)) {
      const segment = this.#ring[before & this.#mask];
      if (segment === undefined || ahead(timestampMs, segment.timestampMs) < 0) continue;
      segment.skips += 1;
      // One that only its timeout resends counts for nothing here.
      if (segment.transmissions <= MAX_FAST_TRANSMISSIONS)
        this.mostSkips = Math.max(this.mostSkips, segment.skips);
    }
  }

  #isInFlight(sequence: number): boolean {
    return ahead(sequence, this.#first) >= 0 && ahead(sequence, this.#next) < 0;
  }

  #remove(sequence: number): void {
    const place = sequence & this.#mask;
    if (this.#ring[place] === undefined) return;
    this.#ring[place] = undefined;
    this.#count -= 1;
  }

  #skipAcknowledged(): void {
    while (this.#first !== this.#next && this.#ring[this.#first & this.#mask] === undefined)
      this.#first = after(this.#first, 1);
  }
}
