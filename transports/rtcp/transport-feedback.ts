/** Notes when packets arrive, by transport-wide sequence number, and tells their sender at a steady pace. */
import type { Deadline } from '../clock.ts';
import { sequenceDifference } from '../rtp/sequence.ts';
import { buildTransportFeedback, ticksPerMs } from './build-transport-feedback.ts';

/** libwebrtc's own pace at common bit rates: its estimator is tuned to it, and it costs a sender 10 packets a second. */
const intervalMs = 100;
/** New packets that make feedback due before its time: at 20 Mbit/s and more, so that each still fits one datagram. */
const enoughPackets = 200;
/**
 * Packets, up to the newest, whose arrival is remembered; a power of 2. A packet that comes within it is still
 * reported; further away, either way, the sender must have begun anew.
 */
const windowPackets = 1024;

export class TransportFeedbackRecorder {
  readonly #senderSsrc: number;
  /** The source whose packet came last. */
  #mediaSsrc = 0;
  /** In ticks, by extended sequence number modulo the window; NaN for what has not been received. */
  readonly #arrivalTicks = new Float64Array(windowPackets).fill(Number.NaN);
  /** Extended: the highest received, and the first to report next; past the highest when all are reported. */
  #newest: number | undefined;
  #nextBase = 0;
  /** Received since feedback was last due. */
  #fresh = 0;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #isDue = false;
  #feedbackCount = 0;

  /** `senderSsrc` is our own, from which the feedback is sent. */
  constructor(senderSsrc: number) {
    this.#senderSsrc = senderSsrc;
  }

  /** A packet of `mediaSsrc` came, any of the peer's sources. Of one that comes twice, the first arrival counts. */
  receive(nowMs: number, transportSequenceNumber: number, mediaSsrc: number): void {
    this.#mediaSsrc = mediaSsrc;
    const extended = this.#place(transportSequenceNumber);
    const index = extended & (windowPackets - 1);
    if (!Number.isNaN(this.#arrivalTicks[index]!)) return;
    this.#arrivalTicks[index] = Math.floor(nowMs * ticksPerMs);
    // One that comes after its feedback takes the next one back to itself, and the ones after it are told again.
    if (extended < this.#nextBase) this.#nextBase = extended;
    this.#fresh += 1;
    if (this.#fresh === 1) this.#dueAtMs = nowMs + intervalMs;
    if (this.#fresh >= enoughPackets) this.#isDue = true;
  }

  /** The next feedback packet that is due, until there is none. */
  poll(): Uint8Array | undefined {
    if (!this.#isDue || this.#newest === undefined) return undefined;
    const arrivalTicks = new Float64Array(this.#newest - this.#nextBase + 1);
    for (let step = 0; step < arrivalTicks.length; step += 1) {
      arrivalTicks[step] = this.#arrivalTicks[(this.#nextBase + step) & (windowPackets - 1)]!;
    }
    const built = buildTransportFeedback(
      {
        senderSsrc: this.#senderSsrc,
        mediaSsrc: this.#mediaSsrc,
        baseSequenceNumber: this.#nextBase,
        feedbackCount: this.#feedbackCount,
      },
      arrivalTicks,
    );
    if (built === undefined) {
      this.#isDue = false;
      this.#fresh = 0;
      this.#dueAtMs = Number.POSITIVE_INFINITY;
      return undefined;
    }
    this.#nextBase += built.statusCount;
    this.#feedbackCount = (this.#feedbackCount + 1) & 0xff;
    return built.bytes;
  }

  deadline(): Deadline | undefined {
    return this.#fresh === 0 ? undefined : { atMs: this.#dueAtMs, reason: 'transport feedback' };
  }

  advance(nowMs: number): void {
    if (nowMs >= this.#dueAtMs) this.#isDue = true;
  }

  /** The packet's extended sequence number, after the window has moved so that it lies inside. */
  #place(sequenceNumber: number): number {
    const ahead =
      this.#newest === undefined ? windowPackets : sequenceDifference(sequenceNumber, this.#newest);
    if (this.#newest === undefined || ahead >= windowPackets || ahead <= -windowPackets) {
      this.#arrivalTicks.fill(Number.NaN);
      this.#newest = sequenceNumber;
      this.#nextBase = sequenceNumber;
      return sequenceNumber;
    }
    const extended = this.#newest + ahead;
    for (let opened = this.#newest + 1; opened <= extended; opened += 1) {
      this.#arrivalTicks[opened & (windowPackets - 1)] = Number.NaN;
    }
    if (ahead > 0) {
      this.#newest = extended;
      this.#nextBase = Math.max(this.#nextBase, extended - windowPackets + 1);
    }
    return extended;
  }
}
