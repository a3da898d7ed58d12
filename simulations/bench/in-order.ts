/** Puts packets in order as a patient receiver does: it waits for what is missing, up to a limit, and counts what it saw. */

export interface OrderCounts {
  readonly packets: number;
  /** Came after a later one had come. */
  readonly outOfOrder: number;
  /** Had not come by the time that a later one had waited for the limit. */
  readonly missing: number;
  /** Came twice, or after they had been given up. */
  readonly useless: number;
}

/** More than a second and a half of packets at any bitrate of a bench; with more, the oldest gap is given up. */
const HELD_MAX = 2048;

export class InOrder<Packet> {
  readonly #waitMs: number;
  readonly #held = new Map<number, { readonly packet: Packet; readonly sinceMs: number }>();
  readonly #ready: Packet[] = [];
  #next: number | undefined;
  #highest = Number.NEGATIVE_INFINITY;
  #packets = 0;
  #outOfOrder = 0;
  #missing = 0;
  #useless = 0;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  get counts(): OrderCounts {
    return {
      packets: this.#packets,
      outOfOrder: this.#outOfOrder,
      missing: this.#missing,
      useless: this.#useless,
    };
  }

  /** The number is extended, so that it never wraps around. */
  receive(nowMs: number, sequenceNumber: number, packet: Packet): void {
    this.advance(nowMs);
    this.#next ??= sequenceNumber;
    if (sequenceNumber < this.#next || this.#held.has(sequenceNumber)) {
      this.#useless += 1;
      return;
    }
    this.#packets += 1;
    if (sequenceNumber < this.#highest) this.#outOfOrder += 1;
    this.#highest = Math.max(this.#highest, sequenceNumber);
    this.#held.set(sequenceNumber, { packet, sinceMs: nowMs });
    this.#release();
    while (this.#held.size > HELD_MAX) this.#giveUpGap();
  }

  /** Gives up what was waited for long enough. */
  advance(nowMs: number): void {
    // The map is in the order of arrival, so that its first has waited longest.
    for (;;) {
      const [first] = this.#held.values();
      if (first === undefined || nowMs - first.sinceMs < this.#waitMs) return;
      this.#giveUpGap();
    }
  }

  /** The next in order, until there is none. */
  poll(): Packet | undefined {
    return this.#ready.shift();
  }

  #giveUpGap(): void {
    const lowest = Math.min(...this.#held.keys());
    this.#missing += lowest - this.#next!;
    this.#next = lowest;
    this.#release();
  }

  #release(): void {
    for (;;) {
      const found = this.#held.get(this.#next!);
      if (found === undefined) return;
      this.#held.delete(this.#next!);
      this.#ready.push(found.packet);
      this.#next! += 1;
    }
  }
}
