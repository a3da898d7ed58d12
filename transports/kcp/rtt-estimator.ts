/**
 * The round trip as KCP smooths it, and the retransmission timeout that follows: RFC 6298 section 2 in whole
 * milliseconds, with the flush interval as the clock's granularity.
 */

/** Until something has been measured. */
const INITIAL_RTO_MS = 200;
const MAX_RTO_MS = 60_000;

export class RttEstimator {
  readonly #minimumRtoMs: number;
  readonly #intervalMs: number;
  #smoothedMs = 0;
  #variationMs = 0;
  #rtoMs = INITIAL_RTO_MS;

  constructor(minimumRtoMs: number, intervalMs: number) {
    this.#minimumRtoMs = minimumRtoMs;
    this.#intervalMs = intervalMs;
  }

  /** 0 while nothing has been measured. */
  get smoothedMs(): number {
    return this.#smoothedMs;
  }

  get rtoMs(): number {
    return this.#rtoMs;
  }

  /** A segment was acknowledged `rttMs` after it had gone out, a whole number from 0 on. */
  measure(rttMs: number): void {
    if (this.#smoothedMs === 0) {
      this.#smoothedMs = rttMs;
      this.#variationMs = Math.floor(rttMs / 2);
    } else {
      const deviationMs = Math.abs(rttMs - this.#smoothedMs);
      this.#variationMs = Math.floor((3 * this.#variationMs + deviationMs) / 4);
      this.#smoothedMs = Math.max(1, Math.floor((7 * this.#smoothedMs + rttMs) / 8));
    }
    const rtoMs = this.#smoothedMs + Math.max(this.#intervalMs, 4 * this.#variationMs);
    this.#rtoMs = Math.min(Math.max(this.#minimumRtoMs, rtoMs), MAX_RTO_MS);
  }
}
