/** The acknowledgements that the next flush sends, in the order in which the segments came. */

/**
 * More segments than the widest window holds cannot come between two flushes unless somebody floods us. The sender of
 * one that is left out resends it, or learns from a later header that it came.
 */
const MAX_PENDING = 0x10000;

export interface Acknowledgement {
  readonly sequence: number;
  /** As the segment carried it. */
  readonly timestampMs: number;
}

export class Acknowledgements {
  #pending: Acknowledgement[] = [];

  get size(): number {
    return this.#pending.length;
  }

  add(sequence: number, timestampMs: number): void {
    if (this.#pending.length < MAX_PENDING) this.#pending.push({ sequence, timestampMs });
  }

  /** All of them, which are then gone. */
  take(): readonly Acknowledgement[] {
    const taken = this.#pending;
    if (taken.length > 0) this.#pending = [];
    return taken;
  }
}
