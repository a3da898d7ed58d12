/**
 * When to ask a publisher for a keyframe: at most once a second, whoever and however many want one. Each keyframe is
 * several times the size of other frames, and all viewers pay for it with a worse picture (field experience: PLI storms
 * have multiplied the quantiser by three).
 *
 * Whoever wants one may see nothing until it has come, and be in no position to say so again: a player that has had no
 * packet asks for nothing. A request is one datagram that may be lost, and an encoder may skip the very frame that was to
 * answer it. So it is asked again while media comes and no keyframe begins.
 */
import type { Deadline } from '../../transports/clock.ts';

/** Between two requests to one publisher. */
const MIN_INTERVAL_MS = 1000;
/**
 * Each request that nothing answers is waited for twice as long as the one before, up to this: on a slow uplink a second
 * keyframe queues up behind the first, and an encoder that cannot be asked is not to be asked every second for ever.
 */
const MAX_RETRY_INTERVAL_MS = 8000;

export class KeyframeAsking {
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #wanted = false;
  /** How long the last request may take before it is made again; undefined when a keyframe has begun since. */
  #retryAfterMs: number | undefined;
  asked = 0;

  /** Somebody needs a keyframe: now if that is allowed, else as soon as it is. */
  want(): void {
    this.#wanted = true;
  }

  /** A keyframe has come: whoever wanted one has it. */
  satisfied(): void {
    this.#wanted = false;
    this.#retryAfterMs = undefined;
  }

  /** A new publisher: its first keyframe comes by itself or is asked for at once. */
  reset(): void {
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.#retryAfterMs = undefined;
  }

  /** Media has come: what was asked for, and has not come, is wanted still. */
  received(nowMs: number): void {
    if (this.#retryAfterMs !== undefined && nowMs >= this.#askedAtMs + this.#retryAfterMs)
      this.#wanted = true;
  }

  /** True when a request is to go out now. */
  poll(nowMs: number): boolean {
    if (!this.#wanted || nowMs < this.#askedAtMs + MIN_INTERVAL_MS) return false;
    this.#wanted = false;
    this.#retryAfterMs = Math.min(MAX_RETRY_INTERVAL_MS, 2 * (this.#retryAfterMs ?? MIN_INTERVAL_MS / 2));
    this.#askedAtMs = nowMs;
    this.asked += 1;
    return true;
  }

  deadline(): Deadline | undefined {
    if (!this.#wanted) return undefined;
    return { atMs: this.#askedAtMs + MIN_INTERVAL_MS, reason: 'ask for a keyframe' };
  }
}
