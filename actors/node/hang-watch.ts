/**
 * Which core shards hang: threads whose event loop has not turned for too long. A core. Time counts only while the main
 * thread, which watches, is awake itself: after a pause of the whole process no shard has had a chance to be heard.
 */
import type { Deadline } from '../../transports/clock.ts';
import { BEAT_INTERVAL_MS } from '../shard/heartbeat.ts';

/** A loop that stands still for this long has lost its clients' packets and patience; long work takes milliseconds. */
export const HANG_MS = 3000;
/** Loading the code and making a certificate take a second on a slow machine; past this something hangs. */
export const START_MS = 30_000;
/** How often is looked: what this adds to the time after which a hang is noticed is small. */
export const CHECK_INTERVAL_MS = 250;
/** Between two looks no more than this counts as time in which a shard could be heard. */
const LONGEST_AWAKE_MS = 2 * CHECK_INTERVAL_MS;

export interface Hang {
  readonly shard: number;
  /** How long it has not been heard, while the main thread was awake. */
  readonly silentMs: number;
}

export class HangWatch {
  /** Of the shards that are watched: until when each has to be heard, in awake time. */
  readonly #watched = new Map<number, { heardAtMs: number; allowedMs: number }>();
  readonly #hung: Hang[] = [];
  #awakeMs = 0;
  #lastMs = 0;
  #checkAtMs = 0;

  /** Its thread has been started, and is to be heard for the first time. */
  started(nowMs: number, shard: number): void {
    this.#wake(nowMs);
    if (this.#watched.size === 0) this.#checkAtMs = nowMs + CHECK_INTERVAL_MS;
    this.#watched.set(shard, { heardAtMs: this.#awakeMs, allowedMs: START_MS });
  }

  /** It has been heard: its loop turned no longer ago than a beat. */
  alive(nowMs: number, shard: number): void {
    const watched = this.#watched.get(shard);
    if (watched === undefined) return;
    this.#wake(nowMs);
    watched.heardAtMs = this.#awakeMs;
    watched.allowedMs = HANG_MS + BEAT_INTERVAL_MS;
  }

  /** Its thread has ended, or is to end. */
  ended(shard: number): void {
    this.#watched.delete(shard);
  }

  deadline(): Deadline | undefined {
    if (this.#watched.size === 0) return undefined;
    return { atMs: this.#checkAtMs, reason: 'core shards are to be heard' };
  }

  advance(nowMs: number): void {
    this.#wake(nowMs);
    this.#checkAtMs = nowMs + CHECK_INTERVAL_MS;
    for (const [shard, { heardAtMs, allowedMs }] of this.#watched) {
      const silentMs = this.#awakeMs - heardAtMs;
      if (silentMs < allowedMs) continue;
      // Told once: whoever hears of it ends the thread.
      this.#watched.delete(shard);
      this.#hung.push({ shard, silentMs });
    }
  }

  poll(): Hang | undefined {
    return this.#hung.shift();
  }

  #wake(nowMs: number): void {
    this.#awakeMs += Math.min(nowMs - this.#lastMs, LONGEST_AWAKE_MS);
    this.#lastMs = nowMs;
  }
}
