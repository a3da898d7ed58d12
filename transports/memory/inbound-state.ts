/**
 * The notification of one inbound queue, as its shard sees it; the core of the actor `queue-<from>`.
 *
 *     idle     nothing waited when the shard last looked; the sender wakes it, once a batch
 *     armed    the shard is awake and will look this turn; senders need not wake it
 *     behind   more waited than one turn takes; the rest is due in the next
 */
export type InboundPhase = 'idle' | 'armed' | 'behind';

export interface InboundReport {
  readonly phase: InboundPhase;
  /** Times that the shard looked, and how often it found nothing. */
  readonly looks: number;
  readonly emptyLooks: number;
  /** Entries that were taken. */
  readonly entries: number;
  /** Times that the phase became 'behind', and turns that ended in it. */
  readonly timesBehind: number;
  readonly turnsBehind: number;
}

export class InboundState {
  #phase: InboundPhase = 'idle';
  #looks = 0;
  #emptyLooks = 0;
  #entries = 0;
  #timesBehind = 0;
  #turnsBehind = 0;

  get phase(): InboundPhase {
    return this.#phase;
  }

  get report(): InboundReport {
    return {
      phase: this.#phase,
      looks: this.#looks,
      emptyLooks: this.#emptyLooks,
      entries: this.#entries,
      timesBehind: this.#timesBehind,
      turnsBehind: this.#turnsBehind,
    };
  }

  /** The shard is awake. */
  arm(): void {
    if (this.#phase === 'idle') this.#phase = 'armed';
  }

  /** The shard has looked: took so many, and so many wait still. */
  looked(taken: number, waiting: number): void {
    this.#looks += 1;
    this.#entries += taken;
    if (taken === 0) this.#emptyLooks += 1;
    if (waiting === 0) {
      this.#phase = 'idle';
      return;
    }
    if (this.#phase !== 'behind') this.#timesBehind += 1;
    this.#turnsBehind += 1;
    this.#phase = 'behind';
  }
}
