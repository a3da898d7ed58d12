/** What of the peer's datagrams has come and what was lost, by their numbers, and in how many runs. */
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';

/** Numbers that may overtake each other: what is missing behind so many was lost. No more than a word has bits. */
const REORDER_DEPTH = 32;
const REPORT_BYTES = 12;

/** Counts since the link's beginning, modulo 2^32. */
export interface LossReport {
  readonly received: number;
  readonly lost: number;
  /** Runs of losses in a row. */
  readonly bursts: number;
}

export class LossMeter {
  /** The highest number that has come, and which of the REORDER_DEPTH numbers up to it have: bit 0 is the highest's. */
  #highest: number;
  #came = 0;
  /** Numbers from here on count. */
  readonly #first: number;
  #wasLost = false;
  #received = 0;
  #lost = 0;
  #bursts = 0;

  /** The first number that counts. */
  constructor(first = 0) {
    this.#first = first;
    this.#highest = first - 1;
  }

  get report(): LossReport {
    return { received: this.#received, lost: this.#lost, bursts: this.#bursts };
  }

  /** Each number comes once. */
  arrived(number: number): void {
    if (number <= this.#highest) {
      const age = this.#highest - number;
      if (age < REORDER_DEPTH) this.#came |= 1 << age;
      return;
    }
    // Past a gap that is wider than the word all before it is settled.
    const steps = Math.min(number - this.#highest, 2 * REORDER_DEPTH);
    const skipped = number - this.#highest - steps;
    for (let step = 0; step < steps; step += 1) {
      if (step === REORDER_DEPTH && skipped > 0) this.#countLost(skipped);
      this.#shift(number - steps + step + 1);
    }
    this.#highest = number;
    this.#came |= 1;
  }

  /** The word moves on by one, to `highest`: the number that leaves it is settled. */
  #shift(highest: number): void {
    const leaves = highest - REORDER_DEPTH;
    const has = this.#came < 0;
    this.#came <<= 1;
    if (leaves < this.#first) return;
    if (has) {
      this.#received = (this.#received + 1) >>> 0;
      this.#wasLost = false;
    } else this.#countLost(1);
  }

  #countLost(count: number): void {
    this.#lost = (this.#lost + count) >>> 0;
    if (!this.#wasLost) this.#bursts = (this.#bursts + 1) >>> 0;
    this.#wasLost = true;
  }
}

export function writeLossReport({ received, lost, bursts }: LossReport): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES);
  writeUint32(bytes, 0, received);
  writeUint32(bytes, 4, lost);
  writeUint32(bytes, 8, bursts);
  return bytes;
}

export function parseLossReport(bytes: Uint8Array): LossReport | undefined {
  if (bytes.length !== REPORT_BYTES) return undefined;
  return { received: readUint32(bytes, 0), lost: readUint32(bytes, 4), bursts: readUint32(bytes, 8) };
}
