/**
 * The publisher's clock as one viewer of a track has been told it, by sender reports (RFC 3550 section 6.4.1): when it has
 * to be told again, and what the viewer's answers say of its round trip.
 */
import { middleOfNtp, shortUnitsFromMs, wallMsFromNtp } from '../../transports/rtcp/ntp.ts';
import type { ReportBlock } from '../../transports/rtcp/packets.ts';
import { timestampDifference } from '../../transports/rtp/sequence.ts';
import type { TrackClock } from './stream-clock.ts';

/** A viewer's report names one of the last few sender reports; later ones have been answered or lost. */
const KEPT = 8;
/** The first few go out as they come: libwebrtc knows of no clock before the second, and any of them may be lost. */
const AT_FIRST = 3;
/**
 * After them, reports this far apart will do (RFC 3550 section 6.2). Publishers send one of their video every second; by what
 * two of them say apart, the drift of two crystals, sound and picture come to differ by 0.1 ms a second, and each costs every
 * viewer of a class as much as four packets.
 */
export const RETELL_AFTER_MS = 5000;
/** A clock that is further than this from what the viewer was told is told at once: of lips one sees 45 ms (ITU-R BT.1359). */
export const RETELL_BEYOND_MS = 10;

interface Sent {
  readonly clock: TrackClock;
  readonly atMs: number;
}

export class ToldClock {
  /** In Hz: what the track's timestamps count. */
  readonly #clockRate: number;
  readonly #sent: Sent[] = [];
  /** Reports that still go out as they come. */
  #atFirst = AT_FIRST;
  #roundTripMs: number | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Of the last answer; undefined before one. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Whether the viewer has to be told this. */
  isDue(nowMs: number, clock: TrackClock): boolean {
    const last = this.#sent.at(-1);
    if (last === undefined || this.#atFirst > 0 || nowMs - last.atMs >= RETELL_AFTER_MS) return true;
    return Math.abs(this.#slipMs(last.clock, clock)) > RETELL_BEYOND_MS;
  }

  /** The viewer is told this. */
  tell(nowMs: number, clock: TrackClock): void {
    this.#atFirst = Math.max(0, this.#atFirst - 1);
    this.#sent.push({ clock, atMs: nowMs });
    if (this.#sent.length > KEPT) this.#sent.shift();
  }

  /** The viewer's report: its round trip is measured from the sender report that it names. */
  receive(nowMs: number, { lastSenderReport, delaySinceLastSenderReport }: ReportBlock): void {
    if (lastSenderReport === 0) return;
    const answered = this.#sent.find(({ clock }) => middleOfNtp(clock.ntp) === lastSenderReport);
    if (answered === undefined) return;
    const heldMs = (delaySinceLastSenderReport / shortUnitsFromMs(1000)) * 1000;
    this.#roundTripMs = Math.max(0, nowMs - answered.atMs - heldMs);
  }

  /** How much more time has passed on the clock than in the track, from one report to another. */
  #slipMs(from: TrackClock, to: TrackClock): number {
    const ticks = timestampDifference(to.timestamp, from.timestamp);
    return wallMsFromNtp(to.ntp) - wallMsFromNtp(from.ntp) - (ticks * 1000) / this.#clockRate;
  }
}
