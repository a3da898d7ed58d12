/**
 * When each timestamp is due: a line through timestamps and time, which stretches a little so that what is played stays
 * as far behind the fastest packet as the target wants it, within NetEQ's bounds (libwebrtc,
 * modules/audio_coding/neteq/decision_logic): whoever decodes stretches the sound by as much.
 */
import { BufferTarget, type TargetLimits } from './buffer-target.ts';

/** NetEQ takes out or puts in one period of the voice, some 5 ms, each 50 to 60 ms at most. */
const STRETCH_MS_PER_SECOND = 100;
/** When far too much is held back, several periods at once. */
const FAST_STRETCH_MS_PER_SECOND = 500;
/** So many times the upper bound is far too much. */
const FAST_FACTOR = 4;
/** Less than this below the target is as good as there. */
const TOLERANCE_MS = 0.5;
/** The upper bound is above the target by the greatest delay of late and so much: one packet. */
const MARGIN_MS = 20;

/**
 * Nothing is held for longer: the greatest target, 2 s, and as much again while the line comes down to it. A packet that is
 * further off the line than this is off it for good.
 */
export const MAX_HOLD_MS = 4000;

/** What whoever decodes is to do with the sound. */
export type Pace = 'steady' | 'decelerate' | 'accelerate' | 'fast accelerate';

const msPerSecond: Readonly<Record<Pace, number>> = {
  steady: 0,
  decelerate: STRETCH_MS_PER_SECOND,
  accelerate: -STRETCH_MS_PER_SECOND,
  'fast accelerate': -FAST_STRETCH_MS_PER_SECOND,
};

export class PlayoutLine {
  readonly #target: BufferTarget;
  readonly #msPerUnit: number;
  /** When the timestamp through which the line was laid is due; undefined before the first packet. */
  #originMs: number | undefined;
  #originTimestamp = 0;
  #newestTimestamp = 0;
  #atMs = 0;
  #pace: Pace = 'steady';

  /** `clockRate` of the timestamps, in Hz. */
  constructor(clockRate: number, limits?: TargetLimits) {
    this.#target = new BufferTarget(clockRate, limits);
    this.#msPerUnit = 1000 / clockRate;
  }

  get targetMs(): number {
    return this.#target.targetMs;
  }

  get pace(): Pace {
    return this.#pace;
  }

  /** How far what is played now is behind the fastest packet of late. */
  get delayMs(): number | undefined {
    if (this.#originMs === undefined) return undefined;
    return this.#target.delayAt(this.dueMs(this.#newestTimestamp), this.#newestTimestamp);
  }

  setLimits(limits: TargetLimits): void {
    this.#target.setLimits(limits);
  }

  /** A packet has come for the first time; `timestamp` is extended. */
  receive(nowMs: number, timestamp: number, isReordered: boolean): void {
    this.#target.receive(nowMs, timestamp, isReordered);
    if (!isReordered) this.#newestTimestamp = timestamp;
    if (this.#originMs === undefined) {
      this.#atMs = nowMs;
      this.setDue(nowMs + this.targetMs, timestamp);
    }
    this.advance(nowMs);
  }

  /** When an extended timestamp is due. There must have been a packet. */
  dueMs(timestamp: number): number {
    return (this.#originMs ?? 0) + (timestamp - this.#originTimestamp) * this.#msPerUnit;
  }

  /** Begins the line anew, with this timestamp due then. */
  setDue(dueMs: number, timestamp: number): void {
    this.#originMs = dueMs;
    this.#originTimestamp = timestamp;
  }

  /** Stretches the line for the time that has passed, if need be. */
  advance(nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    this.#atMs = nowMs;
    const delayMs = this.delayMs;
    if (this.#originMs === undefined || delayMs === undefined) return;
    const low = this.targetMs;
    const high = low + this.#target.greatestDelayMs + MARGIN_MS;
    // While the timestamps jump, nothing can be told.
    if (Math.abs(delayMs) > MAX_HOLD_MS) this.#pace = 'steady';
    else if (delayMs < low - TOLERANCE_MS) this.#pace = 'decelerate';
    else if (delayMs >= FAST_FACTOR * high) this.#pace = 'fast accelerate';
    else if (delayMs >= high) this.#pace = 'accelerate';
    else this.#pace = 'steady';
    const needMs = this.#pace === 'decelerate' ? low - delayMs : delayMs - high;
    const stretchMs = (msPerSecond[this.#pace] * passedMs) / 1000;
    this.#originMs += Math.sign(stretchMs) * Math.min(Math.abs(stretchMs), needMs);
  }

  /** Another source: nothing of the line is left but what was learnt of the path. */
  restart(): void {
    this.#target.restart();
    this.#originMs = undefined;
    this.#pace = 'steady';
  }
}
