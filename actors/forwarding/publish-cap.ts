/**
 * The most that one publisher may send. Whoever reads the answer's b= lines stays below by itself; this is for who does
 * not: what is above is dropped as if the network had lost it, so that a sender with congestion control slows down, and
 * one without does no more harm than the cap allows. Sound is counted by itself, so that a flood of video does not
 * silence the voice.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';

/**
 * What is dropped lies above this many times the cap: encoders stray from their target for a second or so, and what is
 * counted here has RTP headers and retransmissions in it, which the cap (RFC 3890 section 6.2) is not about.
 */
const TOLERANCE = 1.25;
/**
 * How much may come at once, as the time in which so much may come anyway. With a cap of 8 Mbit/s these are 625 kB:
 * nineteen frames of an 8 Mbit/s picture at 30 a second, where a keyframe is as large as ten; or what a network that
 * stood still for half a second lets go at once.
 */
const VIDEO_BURST_MS = 500;
/** Opus has at most 510 kbit/s (RFC 6716 section 2.1.1); the rest is for RTP headers and for repeated packets. */
const AUDIO_KBPS = 640;
/** Sound is small, so that more of it may come at once after the network stood still. */
const AUDIO_BURST_MS = 1000;

/** Fills at a steady rate up to its size; full at first. */
class TokenBucket {
  readonly #bytesPerMs: number;
  readonly #size: number;
  #tokens: number;
  #filledAtMs = Number.NEGATIVE_INFINITY;

  constructor(kbps: number, burstMs: number) {
    this.#bytesPerMs = kbps / 8;
    this.#size = this.#bytesPerMs * burstMs;
    this.#tokens = this.#size;
  }

  take(nowMs: number, byteLength: number): boolean {
    this.#tokens = Math.min(this.#size, this.#tokens + (nowMs - this.#filledAtMs) * this.#bytesPerMs);
    this.#filledAtMs = nowMs;
    if (byteLength > this.#tokens) return false;
    this.#tokens -= byteLength;
    return true;
  }
}

export class PublishCap {
  readonly #audio = new TokenBucket(AUDIO_KBPS, AUDIO_BURST_MS);
  readonly #video: TokenBucket | undefined;

  /** `maxVideoKbps` as the answer had it, kbit/s; without it video has no cap. */
  constructor(maxVideoKbps: number | undefined) {
    if (maxVideoKbps !== undefined) this.#video = new TokenBucket(maxVideoKbps * TOLERANCE, VIDEO_BURST_MS);
  }

  /** Whether an RTP packet of this many bytes may pass; one that may not takes nothing from those after it. */
  admits(nowMs: number, kind: MediaKind, byteLength: number): boolean {
    const bucket = kind === 'audio' ? this.#audio : this.#video;
    return bucket?.take(nowMs, byteLength) ?? true;
  }
}
