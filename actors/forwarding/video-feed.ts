/**
 * How one viewer comes to a stream's picture. It begins with the last keyframe, if that is not long past: the packets from
 * there on are sent out of history, faster than they were made, until the viewer has reached the live edge. Else it waits
 * for the next keyframe.
 *
 * So that it does not stay behind by as much as it was served of the past, what it is served is stamped as if it had been
 * made as fast as it is sent, ending at the live edge: a player that goes by timestamps shows it in quick motion, and is in
 * step with every other viewer from the first live frame on.
 */
import type { Deadline } from '../../transports/clock.ts';

/** How much faster than it was made the past is sent: three parts to catch up, one for what is made meanwhile. */
const PACE_FACTOR = 4;
/** A link that carries less than this cannot carry a class's picture: a slow stream is caught up with at once. */
const MIN_PACE_BYTES_PER_MS = 3_000 / 8;
/** More than this overruns the links of homes and schools for the second or two that it takes. */
const MAX_PACE_BYTES_PER_MS = 25_000 / 8;
/** With less than this, a viewer would hardly ever catch up. */
const LEAST_PACE_FACTOR = 1.25;
/** What may go out at once: a large packet or a few milliseconds, so that timers need not be finer. */
const MIN_BURST_BYTES = 1500;
const BURST_MS = 5;
/** How much quicker than real the past may look: at 60 frames a second each still has a millisecond of its own. */
const MAX_SQUEEZE = 16;
/** A past that takes longer to catch up with is not begun with: by then a keyframe that is asked for has long come. */
const MAX_PLANNED_MS = 1500;
/** A viewer that has not caught up by then has a link that cannot; it waits for the next keyframe like a newcomer. */
const MAX_CATCH_UP_MS = 5000;

export type FeedState = 'closed' | 'awaiting keyframe' | 'catching up' | 'live';

/** The past that a viewer is served. */
export interface Past {
  /** The track's number of the packet that begins the keyframe. */
  readonly from: number;
  readonly bytes: number;
  /** How long it took to make, ms. */
  readonly durationMs: number;
  /** The track's timestamp at the live edge, extended. */
  readonly liveTimestamp: number;
  /** The stream's own rate. */
  readonly bytesPerMs: number;
}

/** The stream as it is kept at the moment. */
export interface Kept {
  readonly oldest: number;
  readonly newest: number;
  readonly bytesPerMs: number;
}

/** Whether a viewer that begins with `past` is soon enough at the live edge. */
export function isWorthServing(past: Past): boolean {
  return past.bytes / (paceOf(past.bytesPerMs, PACE_FACTOR) - past.bytesPerMs) <= MAX_PLANNED_MS;
}

/** Bytes a ms that the past is sent with, of a stream of `bytesPerMs`. */
function paceOf(bytesPerMs: number, factor: number): number {
  const wanted = Math.max(factor * bytesPerMs, (MIN_PACE_BYTES_PER_MS * factor) / PACE_FACTOR);
  return Math.max(LEAST_PACE_FACTOR * bytesPerMs, Math.min(wanted, MAX_PACE_BYTES_PER_MS));
}

export class VideoFeed {
  #state: FeedState = 'closed';
  #next = 0;
  #paceFactor = PACE_FACTOR;
  #paceBytesPerMs = 0;
  #budgetBytes = 0;
  #budgetAtMs = 0;
  #untilMs = 0;
  #liveTimestamp = Number.NEGATIVE_INFINITY;
  #squeeze = 1;

  get state(): FeedState {
    return this.#state;
  }

  /** The viewer's media may flow: from `past`, or from the next keyframe. */
  begin(nowMs: number, past: Past | undefined): void {
    if (past === undefined) {
      this.#state = 'awaiting keyframe';
      return;
    }
    const { from, bytes, durationMs, liveTimestamp, bytesPerMs } = past;
    this.#state = 'catching up';
    this.#next = from;
    this.#paceBytesPerMs = paceOf(bytesPerMs, this.#paceFactor);
    this.#budgetBytes = MIN_BURST_BYTES;
    this.#budgetAtMs = nowMs;
    this.#untilMs = nowMs + MAX_CATCH_UP_MS;
    this.#liveTimestamp = liveTimestamp;
    const sentWithinMs = bytes / this.#paceBytesPerMs;
    this.#squeeze = Math.min(MAX_SQUEEZE, Math.max(1, durationMs / Math.max(1, sentWithinMs)));
  }

  /** Whether a packet that has just come goes to this viewer now; a keyframe brings any viewer to the live edge. */
  takes(beginsKeyframe: boolean): boolean {
    if (beginsKeyframe && this.#state !== 'closed') this.#state = 'live';
    return this.#state === 'live';
  }

  /**
   * While catching up: the number of the packet to send now, if one may be sent. Packets are kept from `oldest` on, and
   * `newest` is the live edge of a stream of `bytesPerMs`; `lost` when what the viewer needs next is not among them.
   */
  next(nowMs: number, { oldest, newest, bytesPerMs }: Kept): number | 'lost' | undefined {
    if (this.#state !== 'catching up') return undefined;
    this.#paceBytesPerMs = paceOf(bytesPerMs, this.#paceFactor);
    if (this.#next < oldest || this.#next > newest + 1) return 'lost';
    if (this.#next > newest) {
      this.#state = 'live';
      return undefined;
    }
    const burstBytes = Math.max(MIN_BURST_BYTES, BURST_MS * this.#paceBytesPerMs);
    const earned = (nowMs - this.#budgetAtMs) * this.#paceBytesPerMs;
    this.#budgetBytes = Math.min(burstBytes, this.#budgetBytes + earned);
    this.#budgetAtMs = nowMs;
    return this.#budgetBytes > 0 ? this.#next : undefined;
  }

  /** The packet that `next` named was sent, with so many bytes; 0 for one that there is not. */
  sent(bytes: number): void {
    this.#next += 1;
    this.#budgetBytes -= bytes;
  }

  /** The viewer's link loses what it is sent: half as fast is faster. */
  slowDown(): void {
    this.#paceFactor = Math.max(LEAST_PACE_FACTOR, this.#paceFactor / 2);
  }

  /** What was to be sent next is gone, or cannot be taken: the viewer waits for a keyframe. */
  restart(): void {
    this.#state = 'awaiting keyframe';
  }

  /** Whether the viewer has had its time to catch up, and has not. */
  isTooSlow(nowMs: number): boolean {
    return this.#state === 'catching up' && nowMs >= this.#untilMs;
  }

  deadline(): Deadline | undefined {
    if (this.#state !== 'catching up') return undefined;
    const waitMs = Math.max(1, (1 - this.#budgetBytes) / this.#paceBytesPerMs, BURST_MS / 2);
    return { atMs: this.#budgetAtMs + waitMs, reason: 'bring a viewer to the live edge' };
  }

  /** The timestamp under which this viewer gets the track's packet of that timestamp, both extended. */
  timestamp(timestamp: number): number {
    const behind = this.#liveTimestamp - timestamp;
    return behind <= 0 ? timestamp : this.#liveTimestamp - Math.floor(behind / this.#squeeze);
  }
}
