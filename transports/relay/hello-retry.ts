/** When a hello goes out again: after waits that double, until it is no use any more. */
import { type Deadline, earlier } from '../clock.ts';
import { HELLO_LIMIT_MS, HELLO_RETRY_FIRST_MS } from './limits.ts';

export class HelloRetry {
  readonly #giveUpAtMs: number;
  #waitMs = HELLO_RETRY_FIRST_MS;
  #againAtMs: number;

  /** A hello has just gone out. */
  constructor(nowMs: number) {
    this.#giveUpAtMs = nowMs + HELLO_LIMIT_MS;
    this.#againAtMs = nowMs + this.#waitMs;
  }

  deadline(): Deadline | undefined {
    return earlier(
      { atMs: this.#againAtMs, reason: 'relay: hello again' },
      { atMs: this.#giveUpAtMs, reason: 'relay: to be answered' },
    );
  }

  /** What is due; after `again` the next wait runs. */
  due(nowMs: number): 'again' | 'give up' | undefined {
    if (nowMs >= this.#giveUpAtMs) return 'give up';
    if (nowMs < this.#againAtMs) return undefined;
    this.#waitMs *= 2;
    this.#againAtMs = nowMs + this.#waitMs;
    return 'again';
  }
}
