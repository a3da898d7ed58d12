/** The timers of one actor, by key. */
import type { Clock, Timer } from '../../transports/clock.ts';
import type { Message } from './behaviour.ts';
import type { Letter, Ticket } from './cell.ts';

interface KeyedTimer extends Ticket {
  takenBack: boolean;
  timer: Timer;
}

export class KeyedTimers {
  readonly #clock: Clock;
  readonly #put: (letter: Letter) => void;
  readonly #timers = new Map<string, KeyedTimer>();

  constructor(clock: Clock, put: (letter: Letter) => void) {
    this.#clock = clock;
    this.#put = put;
  }

  /** A timer that is replaced or taken back after it fired, while its message still waits, is not delivered either. */
  set(key: string, afterMs: number, message: Message): void {
    this.cancel(key);
    const keyed: KeyedTimer = {
      takenBack: false,
      taken: () => this.#timers.delete(key),
      timer: this.#clock.setTimer(afterMs, () => this.#put({ message, ticket: keyed })),
    };
    this.#timers.set(key, keyed);
  }

  cancel(key: string): void {
    const keyed = this.#timers.get(key);
    if (keyed === undefined) return;
    keyed.takenBack = true;
    keyed.timer.cancel();
    this.#timers.delete(key);
  }

  clear(): void {
    for (const key of [...this.#timers.keys()]) this.cancel(key);
  }
}
