/** The packets that a jitter buffer holds: found by sequence number, the lowest and the longest held at once. */

/** A packet as it comes out of the buffer. `Payload` is whatever the owner wants to have back. */
export interface MediaPacket<Payload> {
  /** Extended. */
  readonly sequenceNumber: number;
  /** Extended or not as it was given. */
  readonly timestamp: number;
  /** The RTP header's; in video it ends a frame. */
  readonly marker?: boolean;
  /** Whether a frame begins with it, where the payload tells (VP8, H.264 and AV1 do); it helps after losses. */
  readonly isFrameStart?: boolean;
  readonly payload: Payload;
}

export interface HeldPacket<Payload> {
  readonly packet: MediaPacket<Payload>;
  /** Extended. */
  readonly timestamp: number;
  readonly arrivedMs: number;
}

/**
 * Four seconds, the longest that anything is held, at 1000 packets a second: 10 Mbit/s. It bounds the span of sequence
 * numbers too, so that looking for the lowest one ends.
 */
export const MAX_HELD_PACKETS = 4096;

export class HeldPackets<Payload> {
  /** In the order of arrival. */
  readonly #held = new Map<number, HeldPacket<Payload>>();
  #lowest = 0;
  #highest = 0;

  get size(): number {
    return this.#held.size;
  }

  has(sequenceNumber: number): boolean {
    return this.#held.has(sequenceNumber);
  }

  get(sequenceNumber: number): HeldPacket<Payload> | undefined {
    return this.#held.get(sequenceNumber);
  }

  /** The one with the lowest sequence number. */
  get lowest(): HeldPacket<Payload> | undefined {
    return this.#held.get(this.#lowest);
  }

  /** When the one that is held for longest came. */
  get oldestArrivedMs(): number | undefined {
    for (const { arrivedMs } of this.#held.values()) return arrivedMs;
    return undefined;
  }

  /** False when there is no room for it: as many are held as may be, or it is too far from them. */
  add(held: HeldPacket<Payload>): boolean {
    const { sequenceNumber } = held.packet;
    const isFirst = this.#held.size === 0;
    const lowest = isFirst ? sequenceNumber : Math.min(this.#lowest, sequenceNumber);
    const highest = isFirst ? sequenceNumber : Math.max(this.#highest, sequenceNumber);
    if (highest - lowest >= MAX_HELD_PACKETS) return false;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#held.set(sequenceNumber, held);
    return true;
  }

  /** Takes out the one with the lowest sequence number. */
  takeLowest(): HeldPacket<Payload> | undefined {
    const taken = this.#held.get(this.#lowest);
    this.#held.delete(this.#lowest);
    if (this.#held.size > 0) while (!this.#held.has(this.#lowest)) this.#lowest += 1;
    return taken;
  }

  clear(): void {
    this.#held.clear();
  }
}
