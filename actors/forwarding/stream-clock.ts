/**
 * The publisher's clock as viewers hear it, through changes of publisher.
 *
 * A viewer keeps audio and video in step by the sender reports of the two: each ties a track's timestamps to one clock
 * that both share (RFC 3550 section 6.4.1). The line that a viewer draws through them is a long one: libwebrtc fits it to
 * the last twenty reports of a track, takes none whose NTP time or timestamp goes back, or whose NTP time is an hour
 * ahead, and starts over only after three of those in a row. Another publisher has another clock, and its timestamps were
 * put where the packets' arrival put them. Passed on as it is, its clock would break that line for as long as those
 * twenty reports last, a hundred seconds for audio, or be refused.
 *
 * So the first publisher's clock is passed on as it is, and each one's after it moved by a constant: so far that the first
 * report that comes lies on the line of its own track. The constant is one for both tracks, because what a publisher says
 * of the time between its audio and its video is what keeps them in step, and a constant for each would lose it. That
 * leaves a step in the other track's line, of what the two publishers' delays from capture to arrival differ by, some tens
 * of milliseconds, which the fit levels out.
 */
import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { timestampDifference } from '../../transports/rtp/sequence.ts';

/** RFC 7587 section 4.1 for Opus; 90 kHz for every video format that passes. */
export const CLOCK_RATES: Record<MediaKind, number> = { audio: 48_000, video: 90_000 };

/** A moment of the publisher's clock, as viewers are told it, and the track's own timestamp of that moment. */
export interface TrackClock {
  readonly ntp: NtpTime;
  /** Modulo 2^32. */
  readonly timestamp: number;
}

/** The last report of a track that was passed on; `ntp` is in 2^-32 seconds, modulo 2^64. */
interface Told {
  readonly ntp: bigint;
  readonly timestamp: number;
  readonly atMs: number;
}

/** How far a report's timestamp may be from the time that has passed since the last, before it is nothing to go by. */
const MAX_SLIP_MS = 10_000;
const FRACTIONS_PER_MS = 2 ** 32 / 1000;
const NTP_BITS = 64;

export class StreamClock {
  readonly #lines: Partial<Record<MediaKind, Told>> = {};
  /** Of this publication. */
  readonly #told: Partial<Record<MediaKind, TrackClock>> = {};
  /** Added to this publication's NTP times; undefined until its first report. */
  #shift: bigint | undefined;

  /** Another publisher: nothing is known of its clock. */
  begin(): void {
    delete this.#told.audio;
    delete this.#told.video;
    this.#shift = undefined;
  }

  /** What viewers of a track have been told last, of this publication. */
  told(kind: MediaKind): TrackClock | undefined {
    return this.#told[kind];
  }

  /**
   * A sender report of the publisher, whose `timestamp` is on the track's own line: what viewers are told. Undefined for
   * one of a sender that has no clock (RFC 3550 section 6.4.1: its NTP time is 0).
   */
  take(nowMs: number, kind: MediaKind, ntp: NtpTime, timestamp: number): TrackClock | undefined {
    if (ntp.seconds === 0 && ntp.fraction === 0) return undefined;
    const theirs = (BigInt(ntp.seconds) << 32n) | BigInt(ntp.fraction);
    this.#shift ??= this.#continued(nowMs, kind, timestamp, theirs) - theirs;
    const ours = BigInt.asUintN(NTP_BITS, theirs + this.#shift);
    this.#lines[kind] = { ntp: ours, timestamp, atMs: nowMs };
    const clock: TrackClock = {
      ntp: { seconds: Number(ours >> 32n), fraction: Number(ours & 0xffffffffn) },
      timestamp: timestamp >>> 0,
    };
    this.#told[kind] = clock;
    return clock;
  }

  /** Where the lines told so far have arrived: this track's by its timestamps, else the other's by the time passed. */
  #continued(nowMs: number, kind: MediaKind, timestamp: number, theirs: bigint): bigint {
    const own = this.#lines[kind];
    const line = own ?? this.#lines[kind === 'audio' ? 'video' : 'audio'];
    if (line === undefined) return theirs;
    const passedMs = nowMs - line.atMs;
    const countedMs =
      own === undefined
        ? passedMs
        : (timestampDifference(timestamp, own.timestamp) * 1000) / CLOCK_RATES[kind];
    const stepMs = Math.abs(countedMs - passedMs) > MAX_SLIP_MS ? passedMs : countedMs;
    return line.ntp + BigInt(Math.round(stepMs * FRACTIONS_PER_MS));
  }
}
