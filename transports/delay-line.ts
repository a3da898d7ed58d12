/** Bytes on their way over a line that takes time, in order: what a trial on one machine has instead of a distance. */
import type { Clock, Timer } from './clock.ts';

/** Bytes, and what the owner has said with them: where they go. */
export interface Delayed<To> {
  readonly bytes: Uint8Array;
  readonly to: To;
}

export interface DelayLineOptions<To> {
  readonly clock: Clock;
  /** How many may be on their way; past it the newest is lost. */
  readonly waitingMax: number;
  /** Called from a timer with all whose time has come, at least one, in order. */
  deliver(due: readonly Delayed<To>[]): void;
}

export class DelayLine<To> {
  readonly #clock: Clock;
  readonly #waitingMax: number;
  readonly #deliver: (due: readonly Delayed<To>[]) => void;
  readonly #waiting: (Delayed<To> & { readonly dueMs: number })[] = [];
  #timer: Timer | undefined;

  constructor({ clock, waitingMax, deliver }: DelayLineOptions<To>) {
    this.#clock = clock;
    this.#waitingMax = waitingMax;
    this.#deliver = deliver;
  }

  /** Due at that time of the clock, yet never before what was sent earlier. The bytes are the caller's: what waits is a copy. */
  send(bytes: Uint8Array, to: To, dueMs: number): void {
    if (this.#waiting.length >= this.#waitingMax) return;
    this.#waiting.push({ bytes: bytes.slice(), to, dueMs });
    this.#arm();
  }

  /** What waits is never delivered. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #arm(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = this.#clock.setTimer(next.dueMs - this.#clock.nowMs(), () => {
      this.#timer = undefined;
      this.#deliverDue();
      this.#arm();
    });
  }

  #deliverDue(): void {
    const nowMs = this.#clock.nowMs();
    const later = this.#waiting.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#waiting.splice(0, later === -1 ? this.#waiting.length : later);
    // A timer may fire a fraction of a millisecond early.
    if (due.length > 0) this.#deliver(due);
  }
}
