/**
 * Waking a core shard whose event loop has nothing to do: one shared word for each shard, however many queues lead to it,
 * since it looks into all of them whenever it looks at all. So many senders of one moment cost one wake-up, and a shard
 * has one thing to wait for, not one a queue.
 *
 * The word is AWAKE or ASLEEP. The shard says ASLEEP, then looks into its queues once more, and only then waits; a sender
 * publishes, then reads the word. All four are `Atomics`, which stand in one order for all threads (ECMA-262, Memory
 * Model), and in that order either the sender's publishing comes before the shard's last look, which finds it, or the
 * shard's ASLEEP comes before the sender's reading, which wakes it. With both the wrong way round, each would have to
 * come before the other. No wake-up is lost.
 *
 * Of several senders the one whose compare-exchange turns ASLEEP into AWAKE notifies; to all others the shard is awake
 * already. Waiting fails if the word is not ASLEEP any more, so that a notification between saying ASLEEP and waiting is
 * not missed either. A sender that was held up may notify a shard that has gone to sleep again meanwhile: it looks, finds
 * nothing, and sleeps on.
 *
 * `Atomics.waitAsync` neither blocks the event loop nor keeps a thread alive, and ends with its thread.
 */
import { CACHE_LINE_BYTES } from './cache-line.ts';

const AWAKE = 0;
const ASLEEP = 1;

/** One for each core shard, to be handed to all its senders; it outlives them all. */
export interface WakeMemory {
  readonly buffer: SharedArrayBuffer;
}

export function createWakeMemory(): WakeMemory {
  return { buffer: new SharedArrayBuffer(CACHE_LINE_BYTES) };
}

/** A sender's end. */
export class Waker {
  readonly #word: Int32Array;

  constructor({ buffer }: WakeMemory) {
    this.#word = new Int32Array(buffer);
  }

  /** To be called after publishing. True when the shard slept and was woken by this call. */
  wake(): boolean {
    const word = this.#word;
    if (Atomics.load(word, 0) !== ASLEEP) return false;
    if (Atomics.compareExchange(word, 0, ASLEEP, AWAKE) !== ASLEEP) return false;
    Atomics.notify(word, 0);
    return true;
  }
}

/** The shard's end. */
export class Sleeper {
  readonly #word: Int32Array;
  #sleeping = false;
  #stopped = false;

  /** One for a word at a time. Senders take the shard for awake, and a sleeper that died asleep for gone. */
  constructor({ buffer }: WakeMemory) {
    this.#word = new Int32Array(buffer);
    Atomics.store(this.#word, 0, AWAKE);
  }

  /** Whether `onWake` is still to be called. */
  get sleeping(): boolean {
    return this.#sleeping;
  }

  /**
   * Goes to sleep unless there is something to do, and calls `onWake` once, from the event loop, when a sender wakes it
   * (which it may without cause). False when it did not go to sleep: then there is something to do.
   */
  sleep(isIdle: () => boolean, onWake: () => void): boolean {
    if (this.#stopped || this.#sleeping) throw new Error('asleep or stopped already');
    Atomics.store(this.#word, 0, ASLEEP);
    const wait = isIdle() ? Atomics.waitAsync(this.#word, 0, ASLEEP) : undefined;
    if (!wait?.async) {
      Atomics.store(this.#word, 0, AWAKE);
      return false;
    }
    this.#sleeping = true;
    wait.value.then(() => {
      this.#sleeping = false;
      if (this.#stopped) return;
      Atomics.store(this.#word, 0, AWAKE);
      onWake();
    });
    return true;
  }

  /** `onWake` is not called any more, and nothing is left waiting. */
  stop(): void {
    this.#stopped = true;
    this.#sleeping = false;
    Atomics.store(this.#word, 0, AWAKE);
    Atomics.notify(this.#word, 0);
  }
}
