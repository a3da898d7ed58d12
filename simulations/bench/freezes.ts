/**
 * Finds freezes among rendered frames as WebRTC's statistics define them (W3C webrtc-stats, `freezeCount`): an interval of
 * max(3 d, d + 150 ms) or more, where d is the average of the intervals before it.
 */

/** Intervals that the average is taken of, as in the definition. */
const AVERAGED_MAX = 30;
/** With fewer the average says nothing yet. */
const AVERAGED_MIN = 5;
const FACTOR = 3;
const SLACK_MS = 150;

export class FreezeMeter {
  readonly #intervalsMs: number[] = [];
  #lastMs: number | undefined;
  #fromMs = Number.POSITIVE_INFINITY;
  #freezes = 0;
  #freezeMs = 0;

  /** From here on freezes count, those that last already with what is still to come of them. */
  begin(nowMs: number): void {
    this.#fromMs = nowMs;
  }

  frame(nowMs: number): void {
    if (this.#lastMs !== undefined) {
      const intervalMs = nowMs - this.#lastMs;
      this.#count(nowMs, intervalMs);
      this.#intervalsMs.push(intervalMs);
      if (this.#intervalsMs.length > AVERAGED_MAX) this.#intervalsMs.shift();
    }
    this.#lastMs = nowMs;
  }

  /** A freeze that lasts at the end counts as far as it went. */
  end(nowMs: number): { readonly freezes: number; readonly freezeMs: number } {
    if (this.#lastMs !== undefined) this.#count(nowMs, nowMs - this.#lastMs);
    return { freezes: this.#freezes, freezeMs: this.#freezeMs };
  }

  #count(nowMs: number, intervalMs: number): void {
    const { length } = this.#intervalsMs;
    if (length < AVERAGED_MIN || nowMs <= this.#fromMs) return;
    const averageMs = this.#intervalsMs.reduce((sum, one) => sum + one, 0) / length;
    if (intervalMs < Math.max(FACTOR * averageMs, averageMs + SLACK_MS)) return;
    this.#freezes += 1;
    this.#freezeMs += Math.min(intervalMs, nowMs - this.#fromMs);
  }
}
