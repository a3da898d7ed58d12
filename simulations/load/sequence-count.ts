/** How many packets of one source should have come, and how many did (RFC 3550 appendix A.3), as cheaply as can be. */
import { sequenceDifference } from '../../transports/rtp/sequence.ts';

export class SequenceCount {
  #first = -1;
  #highest = -1;
  /** Repetitions included. */
  received = 0;

  /** A packet with that sequence number, 0 to 2^16 - 1, has come. */
  add(sequenceNumber: number): void {
    this.received += 1;
    if (this.#first < 0) {
      // A turn up, so that what was overtaken by the first packet does not come to lie below 0.
      this.#first = sequenceNumber + 0x1_0000;
      this.#highest = this.#first;
      return;
    }
    const ahead = sequenceDifference(sequenceNumber, this.#highest);
    if (ahead > 0) this.#highest += ahead;
  }

  /** From the first that came to the highest. */
  get expected(): number {
    return this.#first < 0 ? 0 : this.#highest - this.#first + 1;
  }

  /** Below 0 when more were repeated, or were overtaken by the first one, than are missing. */
  get lost(): number {
    return this.expected - this.received;
  }

  /** Extended as receiver reports have it (RFC 3550 section 6.4.1); 0 before the first packet. */
  get extendedHighest(): number {
    return this.#first < 0 ? 0 : this.#highest - 0x1_0000;
  }
}
