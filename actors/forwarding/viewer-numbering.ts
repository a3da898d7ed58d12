/**
 * The sequence numbers by which one viewer knows a track's packets: the track's own, shifted. All viewers of a stream
 * share its numbers, but for what concerns one viewer alone: where its SRTP begins, and what it was not sent.
 *
 * A viewer's SRTP starts its count of rollovers at 0 with the first packet that it can open (RFC 3711 section 3.3.1).
 * Were that one past a rollover, those before it lost, it would open none of what follows. So one whose first packet is in
 * the upper half has its numbers shifted by half a turn, and 2^15 packets to begin with.
 */
import { sequenceDifference } from '../../transports/rtp/sequence.ts';

const HALF_TURN = 0x8000;
/** A viewer that leaves something out asks no further back than its last few starts: each is seconds apart. */
const MAX_SHIFTS = 4;

/** From the packet `from` of the track on, extended, the viewer's numbers are the track's plus `by`. */
interface Shift {
  readonly from: number;
  readonly by: number;
}

export class ViewerNumbering {
  /** The newest first. */
  #shifts: readonly Shift[] = [];
  /** The highest of the track's numbers that were sent; what a viewer asks for is near it. */
  #newest = 0;

  /** The viewer's number, 0 to 2^16 - 1, of a packet of the track that is sent now. */
  number(sequenceNumber: number): number {
    this.#begin(sequenceNumber);
    this.reach(sequenceNumber);
    return this.numberOf(sequenceNumber);
  }

  /** What the viewer's numbers are beyond the track's, of that packet and those that follow without a gap. */
  offsetFrom(sequenceNumber: number): number {
    this.#begin(sequenceNumber);
    return this.#shifts[0]!.by;
  }

  /** The viewer has been sent the track's packets up to that one. */
  reach(sequenceNumber: number): void {
    if (sequenceNumber > this.#newest) this.#newest = sequenceNumber;
  }

  /** The viewer's number of a packet that was sent before. */
  numberOf(sequenceNumber: number): number {
    const shift = this.#shifts.find(({ from }) => sequenceNumber >= from);
    return (sequenceNumber + (shift?.by ?? 0)) & 0xffff;
  }

  /** The viewer was not sent what comes before this packet of the track, and is to see no gap there. */
  skipTo(sequenceNumber: number): void {
    const [last] = this.#shifts;
    if (last === undefined) return;
    const skipped = sequenceNumber - this.#newest - 1;
    if (skipped <= 0) return;
    const shift = { from: sequenceNumber, by: last.by - skipped };
    this.#shifts = [shift, ...this.#shifts].slice(0, MAX_SHIFTS);
  }

  /** The track's number, extended, of what the viewer knows by `number`; undefined for what it was not sent. */
  trackNumber(number: number): number | undefined {
    let before = Number.POSITIVE_INFINITY;
    for (const { from, by } of this.#shifts) {
      const extended = this.#newest + sequenceDifference(number - by, this.#newest);
      if (extended >= from) return extended < before && extended <= this.#newest ? extended : undefined;
      before = from;
    }
    return undefined;
  }

  #begin(sequenceNumber: number): void {
    if (this.#shifts.length === 0)
      this.#shifts = [{ from: Number.NEGATIVE_INFINITY, by: sequenceNumber & HALF_TURN }];
  }
}
