/**
 * How much a player should hold back for hardly any packet to come too late, as NetEQ decides it (libwebrtc,
 * modules/audio_coding/neteq/delay_manager, underrun_optimizer and reorder_optimizer).
 *
 * Two histograms: of the greatest delay of each half second, whose quantile covers all but the rarest; and of packets out
 * of order (retransmitted ones among them), for which waiting is weighed against doing without.
 */
import { BUCKET_COUNT, BUCKET_MS, DelayHistogram } from './delay-histogram.ts';
import { RelativeDelay } from './relative-delay.ts';

/** NetEQ's numbers. Until something has been measured: */
export const START_TARGET_MS = 80;
const INTERVAL_MS = 500;
/** A sample's weight has halved after 40 half seconds. */
const FORGET_FACTOR = 0.983;
const QUANTILE = 0.95;
/** A sample's weight has halved after a thousand packets. */
const REORDER_FORGET_FACTOR = 0.9993;
/** What one percent of loss is worth in waiting. */
const MS_PER_LOSS_PERCENT = 20;

/** One packet of audio: nothing plays with less. */
export const LEAST_TARGET_MS = 20;
/** Where the histograms end: a class that is two seconds behind is no conversation any more. */
export const MOST_TARGET_MS = BUCKET_COUNT * BUCKET_MS;

export interface TargetLimits {
  readonly leastMs?: number;
  readonly mostMs?: number;
}

export class BufferTarget {
  #leastMs = LEAST_TARGET_MS;
  #mostMs = MOST_TARGET_MS;
  readonly #delays: RelativeDelay;
  readonly #greatest = new DelayHistogram(FORGET_FACTOR);
  readonly #reordered = new DelayHistogram(REORDER_FORGET_FACTOR);
  /** The interval that is being measured: its beginning, and its greatest delay of a packet in order. */
  #intervalAtMs: number | undefined;
  #intervalGreatestMs = 0;
  #unlimitedMs: number;
  #targetMs: number;

  /** `clockRate` of the timestamps, in Hz. */
  constructor(clockRate: number, limits: TargetLimits = {}) {
    this.#delays = new RelativeDelay(clockRate);
    this.#unlimitedMs = START_TARGET_MS;
    this.#targetMs = START_TARGET_MS;
    this.setLimits(limits);
  }

  /** In steps of 20 ms, but for the limits. */
  get targetMs(): number {
    return this.#targetMs;
  }

  /** How much later than the fastest the slowest packet of the last 2 s came. */
  get greatestDelayMs(): number {
    return this.#delays.greatestMs;
  }

  /** How far behind the fastest packet of the last 2 s is what is played at `atMs`; undefined when there is none. */
  delayAt(atMs: number, timestamp: number): number | undefined {
    return this.#delays.delayAt(atMs, timestamp);
  }

  /** Within 20 ms and 2 s, whatever is asked; where the two contradict each other, `mostMs` holds. */
  setLimits({ leastMs = LEAST_TARGET_MS, mostMs = MOST_TARGET_MS }: TargetLimits): void {
    this.#mostMs = Math.max(LEAST_TARGET_MS, Math.min(MOST_TARGET_MS, mostMs));
    this.#leastMs = Math.max(LEAST_TARGET_MS, Math.min(this.#mostMs, leastMs));
    this.#targetMs = this.#limited();
  }

  /**
   * A packet has come; true when `targetMs` has become another. Duplicates are not passed here. `timestamp` may be extended
   * or not; `isReordered` says that a packet with a higher sequence number came before. Time never goes back.
   */
  receive(nowMs: number, timestamp: number, isReordered: boolean): boolean {
    const delayMs = this.#delays.receive(nowMs, timestamp, isReordered);
    if (delayMs === undefined) return false;
    this.#reordered.add(isReordered ? delayMs : 0);
    if (!isReordered) {
      this.#intervalAtMs ??= nowMs;
      if (nowMs - this.#intervalAtMs < INTERVAL_MS) {
        this.#intervalGreatestMs = Math.max(this.#intervalGreatestMs, delayMs);
        return false;
      }
      this.#greatest.add(this.#intervalGreatestMs);
      this.#intervalAtMs = nowMs;
      this.#intervalGreatestMs = delayMs;
    }
    const before = this.#targetMs;
    this.#unlimitedMs = this.#decide();
    this.#targetMs = this.#limited();
    return this.#targetMs !== before;
  }

  /**
   * What comes next is of another source, or of the same one after a break that says nothing about the network: it is
   * compared with nothing before it. What has been learnt of the path's jitter stays.
   */
  restart(): void {
    this.#delays.restart();
    this.#intervalAtMs = undefined;
    this.#intervalGreatestMs = 0;
  }

  #decide(): number {
    const baseMs = this.#greatest.isEmpty
      ? START_TARGET_MS
      : (1 + this.#greatest.quantileBucket(QUANTILE)) * BUCKET_MS;
    return Math.max(baseMs, reorderTargetMs(this.#reordered, baseMs));
  }

  #limited(): number {
    return Math.max(this.#leastMs, Math.min(this.#mostMs, this.#unlimitedMs));
  }
}

/** The delay at which waiting for packets out of order, beyond `baseMs`, and their loss cost least together. */
function reorderTargetMs(delays: DelayHistogram, baseMs: number): number {
  let lossPercent = 100;
  let leastCost = Number.POSITIVE_INFINITY;
  let best = 0;
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
    lossPercent -= 100 * delays.probability(bucket);
    const waitMs = Math.max(0, bucket * BUCKET_MS - baseMs);
    // From here on nothing costs less than the waiting alone.
    if (waitMs >= leastCost) break;
    const cost = waitMs + MS_PER_LOSS_PERCENT * lossPercent;
    if (cost < leastCost) {
      leastCost = cost;
      best = bucket;
    }
  }
  return (1 + best) * BUCKET_MS;
}
