/** When a segment in the window goes out: at once, after a timeout, or fast, when later ones were acknowledged. */
import type { KcpSettings } from './options.ts';
import type { OutgoingSegment } from './outgoing-segment.ts';

/** A segment that went out more often waits for its timeout: skips alone would not stop on a path that is broken. */
export const MAX_FAST_TRANSMISSIONS = 5;

export type Transmission = 'first' | 'timeout' | 'fast';

export class ResendPolicy {
  readonly #nodelay: KcpSettings['nodelay'];
  readonly skipsToResend: number;

  constructor({ nodelay, fastResend }: Pick<KcpSettings, 'nodelay' | 'fastResend'>) {
    this.#nodelay = nodelay;
    this.skipsToResend = fastResend === 0 ? Number.POSITIVE_INFINITY : fastResend;
  }

  /** Whether the segment goes out now, and why; then its timeout runs anew. `rtoMs` is the current estimate. */
  transmit(segment: OutgoingSegment, nowMs: number, rtoMs: number): Transmission | undefined {
    const reason = this.#reason(segment, nowMs);
    if (reason === undefined) return undefined;
    segment.transmissions += 1;
    if (reason === 'first') segment.rtoMs = rtoMs;
    else if (reason === 'timeout') segment.rtoMs += this.#growthMs(segment.rtoMs, rtoMs);
    else segment.skips = 0;
    // Acknowledgements of new segments are given some slack when timeouts are meant to be rare.
    const slackMs = reason === 'first' && this.#nodelay === 0 ? Math.floor(rtoMs / 8) : 0;
    segment.resendAtMs = nowMs + segment.rtoMs + slackMs;
    return reason;
  }

  #reason({ transmissions, resendAtMs, skips }: OutgoingSegment, nowMs: number): Transmission | undefined {
    if (transmissions === 0) return 'first';
    if (nowMs >= resendAtMs) return 'timeout';
    if (skips >= this.skipsToResend && transmissions <= MAX_FAST_TRANSMISSIONS) return 'fast';
    return undefined;
  }

  #growthMs(segmentRtoMs: number, rtoMs: number): number {
    switch (this.#nodelay) {
      case 0:
        return Math.max(segmentRtoMs, rtoMs);
      case 1:
        return Math.floor(segmentRtoMs / 2);
      case 2:
        return Math.floor(rtoMs / 2);
    }
  }
}
