/**
 * A shard's log on its way to the main thread. A post costs as much as dozens of entries that go with it, and each session
 * that comes and goes has half a dozen to say: so they wait for each other. What is a fault goes at once, with all that was
 * said before it, since the thread may not live to say it later.
 */
import type { Clock, Timer } from '../../transports/clock.ts';

/** Short against what people notice, who read the log or watch what happens on the dashboard. */
export const LOG_DELAY_MS = 20;
/** A few hundred bytes each. */
export const LOG_POST_MAX = 256;

export class LogPosts {
  readonly #clock: Clock;
  readonly #post: (entries: readonly object[]) => void;
  #waiting: object[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, post: (entries: readonly object[]) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  add(entry: object): void {
    this.#waiting.push(entry);
    const { level } = entry as { readonly level?: unknown };
    const mayWait = level === 'debug' || level === 'info';
    if (!mayWait || this.#waiting.length >= LOG_POST_MAX) this.flush();
    else this.#timer ??= this.#clock.setTimer(LOG_DELAY_MS, () => this.flush());
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#post(entries);
  }
}
