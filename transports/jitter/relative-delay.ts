/**
 * How much later than the fastest packet of the last two seconds each packet arrives, as NetEQ measures it (libwebrtc,
 * modules/audio_coding/neteq/packet_arrival_history): arrival and timestamp of both compared, so that it is what the
 * network and the sender's pacing added, and neither the clocks' offset nor a change of the packets' spacing.
 */
import { timestampDifference } from '../rtp/sequence.ts';
import { SlidingMinimum } from '../sliding-minimum.ts';

/** NetEQ's window. Two clocks that differ by 100 ppm drift 0.2 ms apart in it. */
const WINDOW_MS = 2000;
/** The window slides in steps of a histogram's bucket, which nothing finer would be seen through. */
const STEP_MS = 20;
const WINDOW_STEPS = WINDOW_MS / STEP_MS;
/**
 * A step in transit time past this, from one packet to the next in order, is the source's timestamps jumping or standing
 * still (a track paused, a source begun anew), and the window begins anew. It is where the histogram of delays ends too:
 * a network that held packets up for longer could not be told either.
 */
export const MAX_TRANSIT_STEP_MS = 2000;

export class RelativeDelay {
  readonly #msPerUnit: number;
  /** Transit times of the window, up to the clocks' offset; of the second, negated. */
  readonly #fastest = new SlidingMinimum(WINDOW_STEPS);
  readonly #slowest = new SlidingMinimum(WINDOW_STEPS);
  #started = false;
  /** The highest timestamp, wrapped or extended as it came, and on a line of our own that goes on for ever. */
  #newestTimestamp = 0;
  #newestUnits = 0;
  /** Transit time of the last packet in order, if it is one that the next can be compared with. */
  #lastTransitMs: number | undefined;

  /** `clockRate` is in Hz. */
  constructor(clockRate: number) {
    this.#msPerUnit = 1000 / clockRate;
  }

  /** The delay of the slowest packet of the window over the fastest. */
  get greatestMs(): number {
    return 0 - (this.#slowest.least ?? 0) - (this.#fastest.least ?? 0);
  }

  /**
   * The delay of a packet, ms, 0 or more; undefined for one that is older than the window, of which nothing can be told.
   * `timestamp` may be extended or not. `isReordered` says that a packet with a higher sequence number came before it.
   */
  receive(nowMs: number, timestamp: number, isReordered: boolean): number | undefined {
    if (!this.#started) {
      this.#started = true;
      this.#newestTimestamp = timestamp;
    }
    const ahead = timestampDifference(timestamp, this.#newestTimestamp);
    const units = this.#newestUnits + ahead;
    const transitMs = nowMs - units * this.#msPerUnit;
    if (isReordered) {
      if (-ahead * this.#msPerUnit > WINDOW_MS) return undefined;
    } else {
      const stepMs = Math.abs(transitMs - (this.#lastTransitMs ?? transitMs));
      if (stepMs > MAX_TRANSIT_STEP_MS) this.#clear();
      this.#lastTransitMs = transitMs;
    }
    if (ahead > 0 || this.#fastest.least === undefined) {
      this.#newestTimestamp = timestamp;
      this.#newestUnits = units;
    }
    const step = Math.floor((this.#newestUnits * this.#msPerUnit) / STEP_MS);
    this.#fastest.put(step, transitMs);
    this.#slowest.put(step, -transitMs);
    return transitMs - this.#fastest.least!;
  }

  /** How far behind the fastest packet of the window is what is played at `atMs`; undefined when there is none. */
  delayAt(atMs: number, timestamp: number): number | undefined {
    const least = this.#fastest.least;
    if (least === undefined) return undefined;
    const units = this.#newestUnits + timestampDifference(timestamp, this.#newestTimestamp);
    return atMs - units * this.#msPerUnit - least;
  }

  /** What comes next is of another source, or of the same one after a break: it is compared with nothing before it. */
  restart(): void {
    this.#started = false;
    this.#clear();
  }

  #clear(): void {
    this.#fastest.clear();
    this.#slowest.clear();
    this.#lastTransitMs = undefined;
  }
}
