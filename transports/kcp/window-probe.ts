/**
 * What keeps two ends from waiting for each other for ever: a sender whose peer has no room asks now and then whether it
 * has (the peer's own word may have been lost), and a receiver that has room again says so.
 */

const FIRST_WAIT_MS = 5000;
const MAX_WAIT_MS = 120_000;

export class WindowProbe {
  /** Whether to tell the peer our window with the next flush, having been asked or having room again. */
  mustTell = false;
  /** Not set while the peer has room. */
  #waiting: { waitMs: number; askAtMs: number } | undefined;

  /** Whether to ask the peer for its window now, given the last that it told. Each wait is half as long again. */
  mustAsk(nowMs: number, remoteWindow: number): boolean {
    if (remoteWindow > 0) {
      this.#waiting = undefined;
      return false;
    }
    if (this.#waiting === undefined) {
      this.#waiting = { waitMs: FIRST_WAIT_MS, askAtMs: nowMs + FIRST_WAIT_MS };
      return false;
    }
    if (nowMs < this.#waiting.askAtMs) return false;
    const waitMs = Math.min(Math.floor(this.#waiting.waitMs * 1.5), MAX_WAIT_MS);
    this.#waiting = { waitMs, askAtMs: nowMs + waitMs };
    return true;
  }
}
