/**
 * A track's own sequence numbers and timestamps: whoever publishes, and whatever SSRC it sends with, viewers see one
 * RTP stream that goes on (RFC 3550 section 5.1 lets a new source start anywhere; viewers are not told of it).
 *
 * Within one source the source's gaps stay: what was lost on the way to us may yet come, and has its place.
 */

/** Where a track's numbering stands: what its successor goes on from. */
export interface Position {
  /** Extended: counts on past 2^16. */
  readonly sequenceNumber: number;
  /** Extended: counts on past 2^32, in units of the clock rate. */
  readonly timestamp: number;
  /** When the packet that has them arrived, ms. */
  readonly atMs: number;
}

export interface Numbered {
  readonly sequenceNumber: number;
  readonly timestamp: number;
}

/** A source begins at least this much after the one before it: one video frame at 30 fps. */
const MIN_STEP_MS = 33;

export class Numbering {
  readonly #clockRate: number;
  /** What stands for the source that is being numbered: a publication and an SSRC. */
  #source: unknown;
  /** The first sequence number of this source, extended as the source counts; what is older belongs to nobody. */
  #firstSequenceNumber = 0;
  /** What is added to the source's numbers to make the track's. */
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #position: Position;

  constructor(clockRate: number, start: Position) {
    this.#clockRate = clockRate;
    this.#position = start;
  }

  get position(): Position {
    return this.#position;
  }

  /** The track's numbers for a packet of `source`; undefined for one that is older than the source's first. */
  number(nowMs: number, source: unknown, sequenceNumber: number, timestamp: number): Numbered | undefined {
    if (source !== this.#source) this.#begin(nowMs, source, sequenceNumber, timestamp);
    if (sequenceNumber < this.#firstSequenceNumber) return undefined;
    const numbered = {
      sequenceNumber: sequenceNumber + this.#sequenceOffset,
      timestamp: timestamp + this.#timestampOffset,
    };
    if (numbered.sequenceNumber > this.#position.sequenceNumber)
      this.#position = { ...numbered, atMs: nowMs };
    return numbered;
  }

  /** The track's timestamp for one of the source's, or undefined when another source has taken over. */
  timestampOf(source: unknown, timestamp: number): number | undefined {
    return source === this.#source ? timestamp + this.#timestampOffset : undefined;
  }

  #begin(nowMs: number, source: unknown, sequenceNumber: number, timestamp: number): void {
    const elapsedMs = Math.max(MIN_STEP_MS, nowMs - this.#position.atMs);
    this.#source = source;
    this.#firstSequenceNumber = sequenceNumber;
    this.#sequenceOffset = this.#position.sequenceNumber + 1 - sequenceNumber;
    this.#timestampOffset =
      this.#position.timestamp + Math.round((elapsedMs * this.#clockRate) / 1000) - timestamp;
  }
}
