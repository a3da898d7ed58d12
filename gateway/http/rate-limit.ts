/** How many changes a client address may ask for: one token bucket an address, in a table that cannot grow. */

/**
 * A whole school shares one address, and a viewer joins with two requests: 3,000 pupils who come at the same moment are
 * let in by the burst, and 1,500 who reconnect every minute by the rate. One address alone cannot keep a core busy so.
 */
export const DEFAULT_REQUESTS_PER_MINUTE = 3000;
const BURST_MINUTES = 2;

/** At about 150 bytes each, 3 MB. Past it the address unheard of for longest is forgotten, as if it had been quiet. */
export const MAX_CLIENTS = 20_000;

interface Bucket {
  /** Requests that may be made now, 0 to the burst, with fractions. */
  tokens: number;
  /** When `tokens` was true. */
  atMs: number;
}

export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  /** By client, the one heard of last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(requestsPerMinute: number = DEFAULT_REQUESTS_PER_MINUTE) {
    this.#perMs = requestsPerMinute / 60_000;
    this.#burst = requestsPerMinute * BURST_MINUTES;
  }

  /** Takes a token: 0 when there was one, else the seconds to wait for the next. */
  take(client: string, nowMs: number): number {
    const bucket = this.#buckets.get(client) ?? { tokens: this.#burst, atMs: nowMs };
    const earned = (nowMs - bucket.atMs) * this.#perMs;
    const tokens = Math.min(this.#burst, bucket.tokens + earned);
    const granted = tokens >= 1;
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: granted ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > MAX_CLIENTS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return granted ? 0 : (1 - tokens) / this.#perMs / 1000;
  }

  /** How many addresses are remembered, at most MAX_CLIENTS. */
  get clientCount(): number {
    return this.#buckets.size;
  }
}
