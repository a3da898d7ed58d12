/**
 * KCP's congestion window, in segments: slow start and congestion avoidance as in RFC 5681, counted in whole segments
 * with a remainder in bytes. It keeps its books even while it does not hold the sender back.
 */

/** Where slow start ends at first, and the least that a loss leaves for it. */
const MIN_SLOW_START_THRESHOLD = 2;
/** In congestion avoidance the window grows by this share of a segment with each acknowledgement, besides 1/window. */
const GROWTH_SHARE = 1 / 16;

export class CongestionWindow {
  readonly #segmentBytes: number;
  #segments = 0;
  /** The window in bytes, with the fractions of a segment that `#segments` cannot hold. */
  #bytes = 0;
  #slowStartThreshold = MIN_SLOW_START_THRESHOLD;

  /** `segmentBytes` is the payload of a full segment. */
  constructor(segmentBytes: number) {
    this.#segmentBytes = segmentBytes;
  }

  /** 0 before the first flush, then 1 or more. */
  get segments(): number {
    return this.#segments;
  }

  /** An acknowledgement moved the window on; the peer can take `remoteWindow` segments. */
  acknowledged(remoteWindow: number): void {
    if (this.#segments >= remoteWindow) return;
    if (this.#segments < this.#slowStartThreshold)
      this.#set(this.#segments + 1, this.#bytes + this.#segmentBytes);
    else this.#avoidCongestion();
    if (this.#segments > remoteWindow) this.#setSegments(remoteWindow);
  }

  /** Segments were resent because `fastResend` later ones had been acknowledged; `inFlight` segments are on their way. */
  resentFast(inFlight: number, fastResend: number): void {
    this.#slowStartThreshold = halved(inFlight);
    this.#setSegments(this.#slowStartThreshold + fastResend);
  }

  /** Segments timed out in a flush that began with a window of `segmentsBefore`. */
  timedOut(segmentsBefore: number): void {
    this.#slowStartThreshold = halved(segmentsBefore);
    this.#setSegments(1);
  }

  /** A flush has ended: whatever happened, one segment may go out in the next. */
  open(): void {
    if (this.#segments < 1) this.#setSegments(1);
  }

  #avoidCongestion(): void {
    const full = this.#segmentBytes;
    const bytes = Math.max(this.#bytes, full);
    this.#bytes = bytes + Math.floor((full * full) / bytes) + Math.floor(full * GROWTH_SHARE);
    if ((this.#segments + 1) * full <= this.#bytes) this.#segments = Math.ceil(this.#bytes / full);
  }

  #setSegments(segments: number): void {
    this.#set(segments, segments * this.#segmentBytes);
  }

  #set(segments: number, bytes: number): void {
    this.#segments = segments;
    this.#bytes = bytes;
  }
}

function halved(segments: number): number {
  return Math.max(MIN_SLOW_START_THRESHOLD, Math.floor(segments / 2));
}
