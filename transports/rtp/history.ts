/** The packets sent last, by extended sequence number, from which repairs are sent, and what has passed to who joins. */

export interface HistoryLimits {
  /** Packets; a power of 2, so that a sequence number finds its place with one mask. */
  readonly packets: number;
  readonly ageMs: number;
  readonly bytes: number;
}

export interface HistoryEntry {
  readonly bytes: Uint8Array;
}

export class PacketHistory<Entry extends HistoryEntry = HistoryEntry> {
  readonly #limits: HistoryLimits;
  readonly #mask: number;
  /** By sequence number and mask; all places outside oldest to newest are empty, and so may some between be. */
  readonly #entries: (Entry | undefined)[];
  readonly #addedAtMs: Float64Array;
  /** Oldest is past newest when the history is empty. */
  #oldest = 0;
  #newest = -1;
  #bytes = 0;

  constructor(limits: HistoryLimits) {
    const { packets } = limits;
    if (packets < 1 || (packets & (packets - 1)) !== 0) {
      throw new RangeError(`a history of ${packets} packets: not a power of 2`);
    }
    this.#limits = limits;
    this.#mask = packets - 1;
    this.#entries = Array.from({ length: packets }, () => undefined);
    this.#addedAtMs = new Float64Array(packets);
  }

  /** Bytes of the packets that are kept. */
  get byteLength(): number {
    return this.#bytes;
  }

  /** The number before which nothing is kept; past `newest` when nothing is. */
  get oldest(): number {
    return this.#oldest;
  }

  /** The highest number that was added. */
  get newest(): number {
    return this.#newest;
  }

  /** Keeps `entry`, whose bytes must not change from now on, and drops what is past the limits. */
  add(sequenceNumber: number, entry: Entry, nowMs: number): void {
    if (this.#newest < this.#oldest) {
      this.#oldest = sequenceNumber;
      this.#newest = sequenceNumber;
    }
    if (sequenceNumber <= this.#newest - this.#limits.packets) return;
    if (sequenceNumber > this.#newest) {
      this.#newest = sequenceNumber;
      this.#dropBefore(sequenceNumber - this.#limits.packets + 1);
    } else if (sequenceNumber < this.#oldest) {
      this.#oldest = sequenceNumber;
    }
    this.#empty(sequenceNumber);
    const place = sequenceNumber & this.#mask;
    this.#entries[place] = entry;
    this.#addedAtMs[place] = nowMs;
    this.#bytes += entry.bytes.length;
    while (this.#bytes > this.#limits.bytes) this.#dropBefore(this.#oldest + 1);
    this.expire(nowMs);
  }

  /** The packet of that number, borrowed, while it is kept. */
  get(sequenceNumber: number): Entry | undefined {
    if (sequenceNumber > this.#newest || sequenceNumber < this.#oldest) return undefined;
    return this.#entries[sequenceNumber & this.#mask];
  }

  /** When the packet of that number was added; only of one that is kept. */
  addedAtMs(sequenceNumber: number): number {
    return this.#addedAtMs[sequenceNumber & this.#mask]!;
  }

  /** Drops what is too old; `add` does so too, so that only a source that has stopped needs this. */
  expire(nowMs: number): void {
    while (this.#oldest <= this.#newest) {
      const place = this.#oldest & this.#mask;
      if (this.#entries[place] !== undefined && nowMs - this.#addedAtMs[place]! <= this.#limits.ageMs) return;
      this.#dropBefore(this.#oldest + 1);
    }
  }

  #dropBefore(end: number): void {
    // A jump leaves more numbers behind than there are places: each place is emptied once.
    const last = Math.min(end, this.#oldest + this.#limits.packets);
    for (let number = this.#oldest; number < last; number += 1) this.#empty(number);
    if (end > this.#oldest) this.#oldest = end;
  }

  #empty(sequenceNumber: number): void {
    const place = sequenceNumber & this.#mask;
    const entry = this.#entries[place];
    if (entry === undefined) return;
    this.#bytes -= entry.bytes.length;
    this.#entries[place] = undefined;
  }
}
