/**
 * A core shard's inbound queues, drained by its own event loop: asleep while all are empty, woken once a batch, and never
 * longer at it than a turn's share, so that the shard's sockets and timers have their turns too.
 */
import { InboundState } from './inbound-state.ts';
import type { ReceivedEntry } from './media-entry.ts';
import { QueueConsumer } from './queue-consumer.ts';
import type { QueueMemory } from './queue-memory.ts';
import { Sleeper, type WakeMemory } from './wake-word.ts';

/**
 * Entries that a queue may have taken out in one turn of the event loop. With 60 viewers of each packet and 3 µs for each
 * of those, a turn takes 12 ms at the most; a turn itself costs some microseconds, nothing for so many.
 */
export const TURN_MAX_ENTRIES = 64;

export interface InboundQueuesOptions {
  /** This shard's own. */
  readonly wake: WakeMemory;
  /** By the number of the shard that sends. */
  readonly queues: ReadonlyMap<number, QueueMemory>;
  /** Calls back once, after the event loop has looked at its sockets. */
  readonly nextTurn: (run: () => void) => void;
  /** Borrows the entry while it runs. */
  readonly onEntry: (from: number, entry: ReceivedEntry) => void;
  /** `onEntry` has thrown. That entry counts as taken, and its queue goes on with the next one in the next turn. */
  readonly onFault: (from: number, error: unknown) => void;
  /** After all entries of a turn, if there were any. */
  readonly onBatchEnd: () => void;
}

interface Inbound {
  readonly from: number;
  readonly consumer: QueueConsumer;
  readonly state: InboundState;
}

export class InboundQueues {
  readonly #options: InboundQueuesOptions;
  readonly #sleeper: Sleeper;
  readonly #inbound: readonly Inbound[];
  #stopped = false;

  constructor(options: InboundQueuesOptions) {
    this.#options = options;
    this.#sleeper = new Sleeper(options.wake);
    this.#inbound = [...options.queues].map(([from, memory]) => ({
      from,
      consumer: new QueueConsumer(memory),
      state: new InboundState(),
    }));
  }

  /** Takes what waits and goes on from there. Once. */
  start(): void {
    this.#turn();
  }

  /** Takes nothing any more; what waits stays for a successor. */
  stop(): void {
    this.#stopped = true;
    this.#sleeper.stop();
  }

  /** Whether the sender of that queue is dropping tracks until their next keyframe, because this shard was behind. */
  isDropping(from: number): boolean {
    return (this.#inbound.find(inbound => inbound.from === from)?.consumer.dropping ?? 0) > 0;
  }

  /** The notification of each queue, by the number of the shard that sends. */
  states(): ReadonlyMap<number, InboundState> {
    return new Map(this.#inbound.map(({ from, state }) => [from, state]));
  }

  /**
   * Takes a turn's share of what waits, at once: a loop that is running anyway need not be woken for it. Gives the number
   * of entries. May be called at any time but from `onEntry` and `onBatchEnd`.
   */
  drain(): number {
    let total = 0;
    for (const inbound of this.#inbound) total += this.#drainOne(inbound);
    if (total > 0) this.#options.onBatchEnd();
    return total;
  }

  #drainOne({ from, consumer, state }: Inbound): number {
    const { onEntry, onFault } = this.#options;
    let taken = 0;
    try {
      consumer.drain(TURN_MAX_ENTRIES, entry => {
        taken += 1;
        onEntry(from, entry);
      });
    } catch (error) {
      onFault(from, error);
    }
    state.looked(taken, consumer.waiting);
    return taken;
  }

  readonly #turn = () => {
    if (this.#stopped) return;
    for (const { state } of this.#inbound) state.arm();
    this.drain();
    this.#rest();
  };

  /** Sleeps if all was taken, else takes another turn; and so if something came before it slept. */
  #rest(): void {
    if (this.#stopped) return;
    const isBehind = this.#inbound.some(({ state }) => state.phase === 'behind');
    if (!isBehind && this.#sleeper.sleep(this.#isIdle, this.#turn)) return;
    this.#options.nextTurn(this.#turn);
  }

  readonly #isIdle = () => this.#inbound.every(({ consumer }) => consumer.waiting === 0);
}
