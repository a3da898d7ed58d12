/** The packets sent last, by outgoing sequence number, from which repairs are sent. */
import { sequenceDifference } from './sequence.ts';

export interface HistoryLimits {
  /** Packets; a power of 2, at most 2^15, so that a sequence number finds its place with one mask. */
  readonly packets: number;
  readonly ageMs: number;
  readonly bytes: number;
}

/**
 * Two seconds, since a receiver asks no longer than that for a packet (browsers drop older frames too); 1024 packets
 * and 1 MiB are what 4 Mbit/s sends in that time, and a faster stream is repaired over a shorter past.
 */
export const defaultHistoryLimits: HistoryLimits = { packets: 1024, ageMs: 2000, bytes: 1 << 20 };

export class PacketHistory {
  readonly #limits: HistoryLimits;
  readonly #mask: number;
  /** By sequence number and mask; all places outside oldest to newest are empty, and so may some between be. */
  readonly #packets: (Uint8Array | undefined)[];
  readonly #addedAtMs: Float64Array;
  /** Extended sequence numbers; oldest is past newest when the history is empty. */
  #oldest = 0;
  #newest = -1;
  #bytes = 0;

  constructor(limits: HistoryLimits = defaultHistoryLimits) {
    const { packets } = limits;
    if (packets < 1 || packets > 1 << 15 || (packets & (packets - 1)) !== 0) {
      throw new RangeError(`a history of ${packets} packets: not a power of 2 up to 32768`);
    }
    this.#limits = limits;
    this.#mask = packets - 1;
    this.#packets = Array.from({ length: packets }, () => undefined);
    this.#addedAtMs = new Float64Array(packets);
  }

  /** Bytes of the packets that are kept. */
  get byteLength(): number {
    return this.#bytes;
  }

  /** Keeps `bytes`, which must not change from now on, and drops what is past the limits. */
  add(sequenceNumber: number, bytes: Uint8Array, nowMs: number): void {
    if (this.#newest < this.#oldest) {
      this.#oldest = sequenceNumber;
      this.#newest = sequenceNumber;
    }
    const ahead = sequenceDifference(sequenceNumber, this.#newest);
    if (ahead <= -this.#limits.packets) return;
    const extended = this.#newest + ahead;
    if (ahead > 0) {
      this.#newest = extended;
      this.#dropBefore(extended - this.#limits.packets + 1);
    } else if (extended < this.#oldest) {
      this.#oldest = extended;
    }
    this.#empty(extended);
    const place = extended & this.#mask;
    this.#packets[place] = bytes;
    this.#addedAtMs[place] = nowMs;
    this.#bytes += bytes.length;
    while (this.#bytes > this.#limits.bytes) this.#dropBefore(this.#oldest + 1);
    this.expire(nowMs);
  }

  /** The packet of that sequence number, borrowed, while it is kept. */
  get(sequenceNumber: number): Uint8Array | undefined {
    const ahead = sequenceDifference(sequenceNumber, this.#newest);
    if (ahead > 0 || this.#newest + ahead < this.#oldest) return undefined;
    return this.#packets[sequenceNumber & this.#mask];
  }

  /** Drops what is too old; `add` does so too, so that only a source that has stopped needs this. */
  expire(nowMs: number): void {
    while (this.#oldest <= this.#newest) {
      const place = this.#oldest & this.#mask;
      if (this.#packets[place] !== undefined && nowMs - this.#addedAtMs[place]! <= this.#limits.ageMs) return;
      this.#dropBefore(this.#oldest + 1);
    }
  }

  #dropBefore(end: number): void {
    // A jump leaves more numbers behind than there are places: each place is emptied once.
    const last = Math.min(end, this.#oldest + this.#limits.packets);
    for (let extended = this.#oldest; extended < last; extended += 1) this.#empty(extended);
    if (end > this.#oldest) this.#oldest = end;
  }

  #empty(extended: number): void {
    const place = extended & this.#mask;
    const packet = this.#packets[place];
    if (packet === undefined) return;
    this.#bytes -= packet.length;
    this.#packets[place] = undefined;
  }
}
