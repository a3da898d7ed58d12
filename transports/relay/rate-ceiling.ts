/** How much a link may send, where somebody has set a limit: a bucket that fills with time, and may be overdrawn once. */

/** What may go at once after a pause: a keyframe's first packets need not wait. */
const BURST_MS = 20;

export class RateCeiling {
  readonly #bytesPerMs: number;
  /** When all that was sent will have been paid for. */
  #paidAtMs = Number.NEGATIVE_INFINITY;

  constructor(bitsPerSecond: number) {
    this.#bytesPerMs = bitsPerSecond / 8_000;
  }

  /** When the next may go; in the past when it may go now. */
  get freeAtMs(): number {
    return this.#paidAtMs - BURST_MS;
  }

  sent(nowMs: number, byteCount: number): void {
    this.#paidAtMs = Math.max(this.#paidAtMs, nowMs) + byteCount / this.#bytesPerMs;
  }
}
