/**
 * How probable each delay is, as lately seen: a histogram that forgets exponentially, as NetEQ's does (libwebrtc,
 * modules/audio_coding/neteq/histogram). At first it forgets faster, so that it starts from what it sees.
 */

/** NetEQ's 100 buckets of 20 ms. */
export const BUCKET_MS = 20;
export const BUCKET_COUNT = 100;
/** The newest sample's weight is at least this by the count of samples and one, until the forget factor allows less. */
const START_WEIGHT = 2;
/** Weights grow instead of the old ones being multiplied away; far below what a number holds, they are scaled back. */
const MOST_TOTAL = 1e9;

export class DelayHistogram {
  readonly #forgetFactor: number;
  readonly #weights = new Float64Array(BUCKET_COUNT);
  /** Of all weights. */
  #total = 0;
  #samples = 0;

  /** Of the old samples, `forgetFactor` is kept with each new one: 0 to 1. */
  constructor(forgetFactor: number) {
    this.#forgetFactor = forgetFactor;
  }

  get isEmpty(): boolean {
    return this.#samples === 0;
  }

  /** A delay past the last bucket, or below 0, is not registered, as NetEQ does: a stop, which no buffer bridges. */
  add(delayMs: number): void {
    const bucket = Math.floor(delayMs / BUCKET_MS);
    if (!(bucket >= 0 && bucket < BUCKET_COUNT)) return;
    this.#samples += 1;
    const kept = Math.min(this.#forgetFactor, 1 - START_WEIGHT / (this.#samples + 1));
    if (kept <= 0) {
      this.#weights.fill(0);
      this.#total = 0;
    }
    const weight = this.#total === 0 ? 1 : (this.#total * (1 - kept)) / kept;
    this.#weights[bucket]! += weight;
    this.#total += weight;
    if (this.#total > MOST_TOTAL) this.#scaleBack();
  }

  /** The probability of the delays in a bucket, 0 to 1. */
  probability(bucket: number): number {
    return this.#total === 0 ? 0 : this.#weights[bucket]! / this.#total;
  }

  /** The first bucket up to whose end lie all delays but a part of `1 - quantile`. */
  quantileBucket(quantile: number): number {
    let beyond = 1 - this.probability(0);
    let bucket = 0;
    while (beyond > 1 - quantile && bucket < BUCKET_COUNT - 1) {
      bucket += 1;
      beyond -= this.probability(bucket);
    }
    return bucket;
  }

  #scaleBack(): void {
    let total = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
      this.#weights[bucket]! /= this.#total;
      total += this.#weights[bucket]!;
    }
    this.#total = total;
  }
}
