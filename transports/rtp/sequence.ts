/** Arithmetic on numbers that wrap around: sequence numbers modulo 2^16, timestamps modulo 2^32. */

/** How far sequence number `a` is ahead of `b`: -2^15 to 2^15 - 1. Takes extended numbers as well. */
export function sequenceDifference(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** How far timestamp `a` is ahead of `b`: -2^31 to 2^31 - 1. Takes extended numbers as well. */
export function timestampDifference(a: number, b: number): number {
  return (a - b) | 0;
}

/** Whether sequence number `a` comes after `b`. */
export function isAfter(a: number, b: number): boolean {
  return sequenceDifference(a, b) > 0;
}

/**
 * Gives each wrapping number its place on a line that does not wrap: of all the numbers that it can stand for, the one
 * nearest to the highest so far. The line begins a whole turn up, so that no extended number is below 0, and an extended
 * number modulo 2^bits is the number on the wire.
 */
export class SequenceUnwrapper {
  readonly #bits: 16 | 32;
  #highest: number | undefined;

  /** 16 for sequence numbers, 32 for timestamps. */
  constructor(bits: 16 | 32 = 16) {
    this.#bits = bits;
  }

  unwrap(wrapped: number): number {
    if (this.#highest === undefined) {
      this.#highest = wrapped + 2 ** this.#bits;
      return this.#highest;
    }
    const ahead =
      this.#bits === 16
        ? sequenceDifference(wrapped, this.#highest)
        : timestampDifference(wrapped, this.#highest);
    const extended = this.#highest + ahead;
    if (ahead > 0) this.#highest = extended;
    return extended;
  }
}
