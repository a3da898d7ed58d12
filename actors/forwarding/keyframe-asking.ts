/**
 * When to ask a publisher for a keyframe: at most once a second, whoever and however many want one. Each keyframe is
 * several times the size of other frames, and all viewers pay for it with a worse picture (field experience: PLI storms
 * have multiplied the quantiser by three).
 */
import type { Deadline } from '../../transports/clock.ts';

/** Between two requests to one publisher. */
const MIN_INTERVAL_MS = 1000;

export class KeyframeAsking {
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #wanted = false;
  asked = 0;

  /** Somebody needs a keyframe: now if that is allowed, else as soon as it is. */
  want(): void {
    this.#wanted = true;
  }

  /** A keyframe has come: whoever wanted one has it. */
  satisfied(): void {
    this.#wanted = false;
  }

  /** A new publisher: its first keyframe comes by itself or is asked for at once. */
  reset(): void {
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** True when a request is to go out now. */
  poll(nowMs: number): boolean {
    if (!this.#wanted || nowMs < this.#askedAtMs + MIN_INTERVAL_MS) return false;
    this.#wanted = false;
    this.#askedAtMs = nowMs;
    this.asked += 1;
    return true;
  }

  deadline(): Deadline | undefined {
    if (!this.#wanted) return undefined;
    return { atMs: this.#askedAtMs + MIN_INTERVAL_MS, reason: 'ask for a keyframe' };
  }
}
