/** How often a supervisor restarts its children before it is itself taken to be broken. */

/**
 * Restarts within the window, over all children of one supervisor. A fault that a fresh start cures seldom comes twice
 * in a row; one that it does not cure comes at once, so that five are spent in an instant and the fault moves up to
 * where more state is thrown away.
 */
export const MAX_RESTARTS = 5;

/** Long enough to catch a child that dies each time its first timers fire, short enough to forget unrelated faults. */
export const RESTART_WINDOW_MS = 10_000;

export class RestartWindow {
  #restartedAtMs: number[] = [];

  /** Counts a restart and says whether it may be made. */
  allows(nowMs: number): boolean {
    this.#restartedAtMs = this.#restartedAtMs.filter(atMs => nowMs - atMs < RESTART_WINDOW_MS);
    if (this.#restartedAtMs.length >= MAX_RESTARTS) return false;
    this.#restartedAtMs.push(nowMs);
    return true;
  }
}
