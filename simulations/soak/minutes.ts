/** Figures of a run, minute by minute. */

import type { MediaKind } from '../../transports/rtp/codec.ts';
import { quantile } from '../bench/quantiles.ts';
import { DelayDistribution } from '../delay-distribution.ts';
import { tenths } from '../rounding.ts';

const MINUTE_MS = 60_000;
/** Of one minute; what is more is left out: one a second of a hundred students. */
const SKEWS_MAX = 6_000;

export interface MinuteFigures {
  /** From the beginning of the run. */
  readonly minute: number;
  /** Of sound and pictures: from their making until they can be played. Absent when nothing came. */
  readonly audioMsP50?: number;
  readonly audioMsP99?: number;
  readonly videoMsP50?: number;
  readonly videoMsP99?: number;
  /** How much later than sound pictures are, for a player that goes by the sender reports: the median. */
  readonly skewMs?: number;
  /** The same without a sign, and at its worst percent. */
  readonly skewMsP99?: number;
  readonly joins: number;
  /** From a viewer's coming until its first picture. */
  readonly joinMsMax?: number;
  /** How late the clients' own timers were at most: they saw nothing meanwhile. */
  readonly lateMsMax: number;
}

interface Minute {
  readonly minute: number;
  readonly delays: Record<MediaKind, DelayDistribution>;
  readonly skews: number[];
  readonly joins: number[];
  lateMsMax: number;
}

export class Minutes {
  readonly #startMs: number;
  #current: Minute | undefined;
  readonly #done: MinuteFigures[] = [];
  /** Of the whole run. */
  readonly delays: Record<MediaKind, DelayDistribution> = {
    audio: new DelayDistribution(),
    video: new DelayDistribution(),
  };
  readonly joins: number[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  addDelay(nowMs: number, kind: MediaKind, delayMs: number): void {
    this.#at(nowMs).delays[kind].add(delayMs);
    this.delays[kind].add(delayMs);
  }

  addSkew(nowMs: number, skewMs: number): void {
    const { skews } = this.#at(nowMs);
    if (skews.length < SKEWS_MAX) skews.push(skewMs);
  }

  addJoin(nowMs: number, joinMs: number): void {
    this.#at(nowMs).joins.push(joinMs);
    this.joins.push(joinMs);
  }

  addLate(nowMs: number, lateMs: number): void {
    const minute = this.#at(nowMs);
    minute.lateMsMax = Math.max(minute.lateMsMax, lateMs);
  }

  /** Of the minutes that had begun, the last perhaps not whole. */
  get figures(): readonly MinuteFigures[] {
    return [...this.#done, ...(this.#current === undefined ? [] : [figuresOf(this.#current)])];
  }

  /** What is told late, of a minute that is over, counts in the one after it. */
  #at(nowMs: number): Minute {
    const minute = Math.max(0, Math.floor((nowMs - this.#startMs) / MINUTE_MS));
    if (this.#current !== undefined && minute <= this.#current.minute) return this.#current;
    // What belongs to a minute that is over is not kept one by one.
    if (this.#current !== undefined) this.#done.push(figuresOf(this.#current));
    this.#current = {
      minute,
      delays: { audio: new DelayDistribution(), video: new DelayDistribution() },
      skews: [],
      joins: [],
      lateMsMax: 0,
    };
    return this.#current;
  }
}

function figuresOf({ minute, delays: { audio, video }, skews, joins, lateMsMax }: Minute) {
  return {
    minute,
    ...(audio.count > 0 && { audioMsP50: audio.figures.p50Ms, audioMsP99: audio.figures.p99Ms }),
    ...(video.count > 0 && { videoMsP50: video.figures.p50Ms, videoMsP99: video.figures.p99Ms }),
    ...(skews.length > 0 && {
      skewMs: tenths(quantile(skews, 0.5)),
      skewMsP99: tenths(quantile(skews.map(Math.abs), 0.99)),
    }),
    joins: joins.length,
    ...(joins.length > 0 && { joinMsMax: tenths(Math.max(...joins)) }),
    lateMsMax: tenths(lateMsMax),
  };
}
