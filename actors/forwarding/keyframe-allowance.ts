/**
 * How many keyframes one viewer may ask for. Each is paid for by all viewers with a worse picture, so that one that
 * cannot be helped, or does not want to be, must not have one every second for ever: a few in a row for a bad moment,
 * and then as many as a class hardly notices.
 */

/** One that joins and loses the first keyframe, and the next. */
const MAX_TOKENS = 3;
const TOKEN_EVERY_MS = 5000;
/** Browsers repeat a request five times a second until a keyframe has come: one token is for all of those. */
const MIN_INTERVAL_MS = 1000;

export class KeyframeAllowance {
  #tokens = MAX_TOKENS;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #takenAtMs = Number.NEGATIVE_INFINITY;

  /** True when the viewer may have a keyframe asked for now. */
  take(nowMs: number): boolean {
    if (nowMs < this.#takenAtMs + MIN_INTERVAL_MS) return false;
    this.#tokens = Math.min(MAX_TOKENS, this.#tokens + (nowMs - this.#countedAtMs) / TOKEN_EVERY_MS);
    this.#countedAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    this.#takenAtMs = nowMs;
    return true;
  }
}
