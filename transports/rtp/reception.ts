/** What a receiver reports of one source (RFC 3550 sections 6.4.1, A.1, A.3 and A.8). */
import { sequenceDifference, timestampDifference } from './sequence.ts';

/** The part of a report block that the packets themselves tell. */
export interface ReceptionReport {
  /** Lost since the last report, of what was expected, in 1/256: 0 to 255. */
  readonly fractionLost: number;
  /** Lost since the beginning, less duplicates: -2^23 to 2^23 - 1. */
  readonly cumulativeLost: number;
  /** The highest sequence number, with the count of its turns above 16 bits, modulo 2^32. */
  readonly extendedHighest: number;
  /** Mean deviation of the transit time, in units of the clock rate: 0 to 2^32 - 1. */
  readonly jitter: number;
}

/** A gap as long as this is loss; past it the source may have begun anew (RFC 3550 A.1 takes the same). */
const maxDropoutPackets = 3000;
/**
 * A packet behind by no more than this is late; past it the source may have begun anew. RFC 3550 A.1 takes 100, before
 * there were repairs: one sent on the source's own SSRC can be as late as the list of a thousand that are asked for.
 */
const maxMisorderPackets = 1000;
/** A step in transit time past this is the source's timestamps jumping, which is nothing the network did. */
const maxTransitStepSeconds = 5;
/** The signed 24 bits of the field on the wire (RFC 3550 section 6.4.1). */
const highestCumulativeLost = 0x7fffff;
const lowestCumulativeLost = -0x800000;

/** `ignored` is a packet far from the others; when the next one follows it, the source has `restarted` there. */
export type ReceptionUpdate = 'counted' | 'ignored' | 'restarted';

export class ReceptionStatistics {
  #started = false;
  /** Extended: the first packet's sequence number, and the highest. */
  #base = 0;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  /** The sequence number that would confirm a restart. */
  #restartNext: number | undefined;

  #jitter = 0;
  #clockRate = 0;
  /** The packet that the next one's transit time is compared with; none at first and after a restart. */
  #lastArrivalMs: number | undefined;
  #lastTimestamp = 0;

  /**
   * Counts one packet that came on the source's own SSRC; what a retransmission stream brought back is not passed here,
   * so that loss is what the network lost. `clockRate` is in Hz. Packets out of order count, but not as jitter, since
   * they may have been sent a second time.
   */
  update(nowMs: number, sequenceNumber: number, timestamp: number, clockRate: number): ReceptionUpdate {
    const highestBefore = this.#highest;
    const result = this.#updateSequence(sequenceNumber);
    if (result === 'ignored') return result;
    this.#received += 1;
    if (result === 'restarted') this.#lastArrivalMs = undefined;
    if (this.#lastArrivalMs === undefined || this.#highest > highestBefore) {
      this.#updateJitter(nowMs, timestamp, clockRate);
    }
    return result;
  }

  /** The report since the last call, or undefined before the first packet. */
  report(): ReceptionReport | undefined {
    if (!this.#started) return undefined;
    const expected = this.#highest - this.#base + 1;
    const lost = expected - this.#received;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      fractionLost: lostNow <= 0 ? 0 : Math.floor((lostNow * 256) / expectedNow),
      cumulativeLost: Math.max(lowestCumulativeLost, Math.min(highestCumulativeLost, lost)),
      extendedHighest: this.#highest >>> 0,
      jitter: Math.floor(this.#jitter),
    };
  }

  #updateSequence(sequenceNumber: number): ReceptionUpdate {
    if (!this.#started) {
      this.#start(sequenceNumber);
      return 'counted';
    }
    const ahead = sequenceDifference(sequenceNumber, this.#highest);
    if (ahead > -maxMisorderPackets && ahead < maxDropoutPackets) {
      this.#restartNext = undefined;
      if (ahead > 0) this.#highest += ahead;
      return 'counted';
    }
    if (sequenceNumber === this.#restartNext) {
      this.#start(sequenceNumber);
      return 'restarted';
    }
    this.#restartNext = (sequenceNumber + 1) & 0xffff;
    return 'ignored';
  }

  #start(sequenceNumber: number): void {
    this.#started = true;
    this.#base = sequenceNumber;
    this.#highest = sequenceNumber;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#restartNext = undefined;
  }

  #updateJitter(nowMs: number, timestamp: number, clockRate: number): void {
    if (clockRate !== this.#clockRate) {
      if (this.#clockRate !== 0) this.#jitter *= clockRate / this.#clockRate;
      this.#clockRate = clockRate;
    } else if (this.#lastArrivalMs !== undefined) {
      const arrivalStep = ((nowMs - this.#lastArrivalMs) * clockRate) / 1000;
      const transitStep = Math.abs(arrivalStep - timestampDifference(timestamp, this.#lastTimestamp));
      if (transitStep < maxTransitStepSeconds * clockRate) this.#jitter += (transitStep - this.#jitter) / 16;
    }
    this.#lastArrivalMs = nowMs;
    this.#lastTimestamp = timestamp;
  }
}
