/** One SSRC of a publisher: its numbers, what is missing of it, and its clock. Made anew when the publisher begins anew. */
import { SenderClock } from '../../transports/rtcp/sender-clock.ts';
import { NackGenerator } from '../../transports/rtp/nack-generator.ts';
import { ReceptionStatistics } from '../../transports/rtp/reception.ts';
import { SequenceUnwrapper } from '../../transports/rtp/sequence.ts';
import type { MediaSource, MissingPackets } from './control/forwarding-control.ts';

/**
 * How far, after a long gap, a timestamp may be from where the clock should stand for the source to have gone on: more
 * than senders stray that stop counting for a while, and so little that one begun anew at random hardly comes so near.
 */
const MAX_CLOCK_SLIP_MS = 10_000;

export interface IncomingSourceOptions {
  readonly ssrc: number;
  readonly clockRate: number;
  /** Whether the publisher knows how to be asked for what is missing. */
  readonly repairs: boolean;
  /** As measured so far, ms. */
  readonly roundTripMs: number | undefined;
}

export class IncomingSource implements MediaSource {
  readonly ssrc: number;
  readonly clockRate: number;
  readonly missing: MissingPackets;
  readonly reception = new ReceptionStatistics();
  readonly nacks = new NackGenerator();
  readonly clock: SenderClock;
  readonly #timestamps = new SequenceUnwrapper(32);
  #sequence = new SequenceUnwrapper(16);
  /** Added to unwrapped sequence numbers, so that they go on without the gaps that were too long to be filled. */
  #sequenceOffset = 0;
  /** Of the packet that is furthest ahead: its numbers, extended, and when it came. */
  #newestSequenceNumber = Number.NEGATIVE_INFINITY;
  #newestTimestamp = 0;
  #newestAtMs = 0;
  #roundTripMs: number | undefined;

  constructor({ ssrc, clockRate, repairs, roundTripMs }: IncomingSourceOptions) {
    this.ssrc = ssrc;
    this.clockRate = clockRate;
    this.missing = repairs ? 'repaired' : 'reordered';
    this.clock = new SenderClock(clockRate);
    if (roundTripMs !== undefined) this.setRoundTrip(roundTripMs);
  }

  /** As the publisher's echoes told it, else as repairs do. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs ?? this.nacks.repairRttMs;
  }

  /** The round trip as measured by echoes: what is missing is asked for again no sooner than it allows. */
  setRoundTrip(roundTripMs: number): void {
    this.#roundTripMs = roundTripMs;
    this.nacks.setRtt(roundTripMs);
  }

  /** The place of a sequence number that has come; it becomes the newest if it is. */
  extend(nowMs: number, sequenceNumber: number, timestamp: number): number {
    const extended = this.#sequence.unwrap(sequenceNumber) + this.#sequenceOffset;
    if (extended > this.#newestSequenceNumber) {
      this.#newestSequenceNumber = extended;
      this.#newestTimestamp = timestamp;
      this.#newestAtMs = nowMs;
    }
    return extended;
  }

  /** The extended form of a timestamp. */
  extendTimestamp(timestamp: number): number {
    return this.#timestamps.unwrap(timestamp);
  }

  /** Whether a packet with this timestamp (extended), after a long gap, is of a clock that has gone on. */
  clockGoesOn(nowMs: number, timestamp: number): boolean {
    const clockMs = ((timestamp - this.#newestTimestamp) * 1000) / this.clockRate;
    return Math.abs(clockMs - (nowMs - this.#newestAtMs)) <= MAX_CLOCK_SLIP_MS;
  }

  /**
   * Numbers the source on as if nothing had been left out, with `next` the first after the gap: viewers would only wait
   * for what nobody asks for any more. Its timestamps keep their place, since its clock went on: audio and video stay in
   * step, and the publisher's sender reports go on along the same line.
   */
  leaveGapOut(next: number): void {
    this.#sequence = new SequenceUnwrapper(16);
    this.#sequenceOffset = this.#newestSequenceNumber + 1 - this.#sequence.unwrap(next);
  }

  giveUpBefore(sequenceNumber: number): void {
    this.nacks.forgetBefore((sequenceNumber - this.#sequenceOffset) & 0xffff);
  }
}
