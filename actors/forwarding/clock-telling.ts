/**
 * Who of a stream's viewers is told the publisher's clock, by sender reports (RFC 3550 section 6.4.1), and when. Publishers
 * send a report of their video every second, and each costs every viewer of a class as much as four packets.
 */
import { wallMsFromNtp } from '../../transports/rtcp/ntp.ts';
import { timestampDifference } from '../../transports/rtp/sequence.ts';
import type { TrackClock } from './stream-clock.ts';

/** Who has come is told the next few as they come: libwebrtc knows of no clock before it has two, and any may be lost. */
const AT_FIRST = 3;
/**
 * What all were told last is not to become older than this (RFC 3550 section 6.2). By two reports so far apart, and the drift
 * of two crystals between them, sound and picture come to differ by half a millisecond.
 */
export const TOLD_FOR_MS = 5000;
/** A clock that is further than this from what all were told has moved: of lips one sees 45 ms (ITU-R BT.1359). */
export const MOVED_BEYOND_MS = 10;
/** Then all are told so many in a row, by as many of which libwebrtc draws a track's line: few among old ones it levels out. */
const AFTER_MOVE = 20;

/** Of one track. */
export class ClockTelling<Viewer> {
  /** In Hz: what the track's timestamps count. */
  readonly #clockRate: number;
  /** What all were told last. */
  #told: { readonly clock: TrackClock; readonly atMs: number } | undefined;
  /** When the last report came, whoever was told. */
  #cameAtMs = Number.NEGATIVE_INFINITY;
  /** Of those after a move, how many are still to come. */
  #afterMove = 0;
  /** Who has just come, and how many reports each is still told as they come. */
  readonly #newcomers = new Map<Viewer, number>();

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  join(viewer: Viewer): void {
    this.#newcomers.set(viewer, AT_FIRST);
  }

  leave(viewer: Viewer): void {
    this.#newcomers.delete(viewer);
  }

  /** The publisher has reported; who of `all` has to be told. */
  report(nowMs: number, clock: TrackClock, all: Iterable<Viewer>): Iterable<Viewer> {
    const isForAll = this.#isForAll(nowMs, clock);
    if (isForAll) this.#told = { clock, atMs: nowMs };
    this.#cameAtMs = nowMs;
    const newcomers = [...this.#newcomers.keys()];
    for (const [viewer, left] of this.#newcomers) {
      if (left > 1) this.#newcomers.set(viewer, left - 1);
      else this.#newcomers.delete(viewer);
    }
    return isForAll ? all : newcomers;
  }

  #isForAll(nowMs: number, clock: TrackClock): boolean {
    if (this.#told === undefined) return true;
    if (Math.abs(this.#slipMs(this.#told.clock, clock)) > MOVED_BEYOND_MS) this.#afterMove = AFTER_MOVE;
    if (this.#afterMove > 0) {
      this.#afterMove -= 1;
      return true;
    }
    // The next will take as long as this one has.
    const nextAtMs = nowMs + (nowMs - this.#cameAtMs);
    return nextAtMs - this.#told.atMs >= TOLD_FOR_MS;
  }

  /** How much more time has passed on the clock than in the track, from one report to another. */
  #slipMs(from: TrackClock, to: TrackClock): number {
    const ticks = timestampDifference(to.timestamp, from.timestamp);
    return wallMsFromNtp(to.ntp) - wallMsFromNtp(from.ntp) - (ticks * 1000) / this.#clockRate;
  }
}
