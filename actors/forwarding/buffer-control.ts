/**
 * Buffer control: how long players of a stream are told to hold its media back, from the arrival jitter that its tracks
 * have where they leave this node. A player finds out by itself, but from its first stalls; told in time, it has none.
 */

/** Players hold back so much anyhow, so that a good path is left to them. */
const GOOD_PATH_MS = 40;
/** What it takes to tell viewers anew: a step of NetEQ's histogram. */
const STEP_MS = 20;
/** Each change is a message to every viewer, and a moment of quicker or slower playing: seldom up, more seldom down. */
const RAISE_EVERY_MS = 1000;
const LOWER_EVERY_MS = 10_000;

export class BufferControl {
  #toldMs = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** What players have been told to hold back at least; 0: what they find necessary by themselves. */
  get targetMs(): number {
    return this.#toldMs;
  }

  /** What each track wants at the moment, as far as it has been measured; true when `targetMs` has become another. */
  update(nowMs: number, wanted: readonly (number | undefined)[]): boolean {
    const mostMs = wanted.reduce<number>((most, ms) => Math.max(most, ms ?? 0), 0);
    const targetMs = mostMs <= GOOD_PATH_MS ? 0 : mostMs;
    const stepMs = targetMs - this.#toldMs;
    if (Math.abs(stepMs) < STEP_MS) return false;
    if (nowMs < this.#toldAtMs + (stepMs > 0 ? RAISE_EVERY_MS : LOWER_EVERY_MS)) return false;
    this.#toldMs = targetMs;
    this.#toldAtMs = nowMs;
    return true;
  }
}
