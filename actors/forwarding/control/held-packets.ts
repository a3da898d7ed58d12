/** Packets that are kept back: by their number, and in the order in which they came. */
import type { SourcePacket } from './forwarding-control.ts';

/** As many as are asked for again (transports/rtp/nack-generator.ts): past that, what is missing will not come. */
const MAX_PACKETS = 1024;
/** Two seconds of 8 Mbit/s, which is as long as anything is asked for. */
const MAX_BYTES = 2 << 20;

interface Held {
  readonly packet: SourcePacket;
  readonly atMs: number;
}

export class HeldPackets {
  /** A Map goes through its entries in the order of their coming. */
  readonly #byNumber = new Map<number, Held>();
  #bytes = 0;

  get size(): number {
    return this.#byNumber.size;
  }

  /** When the one that has waited for longest came; undefined when none is held. */
  get oldestAtMs(): number | undefined {
    return this.#byNumber.values().next().value?.atMs;
  }

  /** The lowest number that is held. */
  get lowest(): number | undefined {
    let lowest: number | undefined;
    for (const number of this.#byNumber.keys()) if (lowest === undefined || number < lowest) lowest = number;
    return lowest;
  }

  get(sequenceNumber: number): SourcePacket | undefined {
    return this.#byNumber.get(sequenceNumber)?.packet;
  }

  /** False, and nothing is kept, when that is past the limits. One that is held already stays as it is. */
  add(nowMs: number, packet: SourcePacket): boolean {
    if (this.#byNumber.has(packet.sequenceNumber)) return true;
    if (this.size >= MAX_PACKETS || this.#bytes + packet.bytes.length > MAX_BYTES) return false;
    this.#byNumber.set(packet.sequenceNumber, { packet, atMs: nowMs });
    this.#bytes += packet.bytes.length;
    return true;
  }

  /** Takes out the packet of that number, with the time of its coming. */
  take(sequenceNumber: number): Held | undefined {
    const held = this.#byNumber.get(sequenceNumber);
    if (held === undefined) return undefined;
    this.#byNumber.delete(sequenceNumber);
    this.#bytes -= held.packet.bytes.length;
    return held;
  }

  /** Throws away what comes before that number; how many they were, mere padding not counted. */
  dropBefore(sequenceNumber: number): number {
    let dropped = 0;
    for (const number of this.#byNumber.keys()) {
      if (number >= sequenceNumber) continue;
      const { packet } = this.take(number)!;
      if (!packet.isEmpty) dropped += 1;
    }
    return dropped;
  }

  /** Throws away what came before that time; counted likewise. */
  dropOlderThan(atMs: number): number {
    let dropped = 0;
    for (const [number, held] of this.#byNumber) {
      if (held.atMs >= atMs) break;
      this.take(number);
      if (!held.packet.isEmpty) dropped += 1;
    }
    return dropped;
  }

  dropAll(): number {
    return this.dropBefore(Number.POSITIVE_INFINITY);
  }
}
