/** What waits for one actor. It is ours and not nact's, which can neither be limited nor be read when its actor dies. */
import type { InFlight } from './in-flight.ts';
import type { NactStage, Seat } from './nact.ts';

/**
 * Letters that may wait: 20 to 30 ms of work at 2 to 3 µs a message. An actor that is further behind than that does not
 * catch up by being sent more, and its senders' deadlines are better served by a refusal. Past it the newest is refused.
 */
export const MAILBOX_LIMIT = 10_000;

/** How many taken letters may lie at the front of the array before it is cut: often enough to free their memory. */
const TAKEN_LIMIT = 256;

export interface MailboxOptions<Letter> {
  readonly stage: NactStage;
  /** Unique on the stage. */
  readonly name: string;
  readonly inFlight: InFlight;
  readonly receive: (letter: Letter) => void;
  /** What `receive` threw. */
  readonly onFault: (error: unknown) => void;
}

export class Mailbox<Letter> {
  readonly #options: MailboxOptions<Letter>;
  readonly #seat: Seat;
  #letters: Letter[] = [];
  #taken = 0;
  #open = true;

  constructor(options: MailboxOptions<Letter>) {
    this.#options = options;
    this.#seat = options.stage.seat(options.name, () => this.#turn());
  }

  /** Letters that wait; the one being handled is not among them. */
  get size(): number {
    return this.#letters.length - this.#taken;
  }

  /** Puts a letter in; false, and nothing done, when the mailbox is full or closed. */
  offer(letter: Letter): boolean {
    if (this.size >= MAILBOX_LIMIT || !this.#open) return false;
    this.put(letter);
    return true;
  }

  /** Puts a letter in whatever waits: for what is bounded by what its owner asked for. */
  put(letter: Letter): void {
    if (!this.#open) return;
    this.#letters.push(letter);
    this.#options.inFlight.add();
    this.#seat.call();
  }

  /** Ends it, and gives back what waited. */
  close(): readonly Letter[] {
    if (!this.#open) return [];
    this.#open = false;
    this.#seat.leave();
    const waited = this.#letters.slice(this.#taken);
    this.#letters = [];
    this.#taken = 0;
    this.#options.inFlight.remove(waited.length);
    return waited;
  }

  #turn(): void {
    if (!this.#open || this.size === 0) return;
    const letter = this.#letters[this.#taken]!;
    this.#taken += 1;
    if (this.#taken === this.#letters.length) {
      this.#letters.length = 0;
      this.#taken = 0;
    } else if (this.#taken >= TAKEN_LIMIT && this.#taken * 2 >= this.#letters.length) {
      this.#letters.splice(0, this.#taken);
      this.#taken = 0;
    }
    try {
      this.#options.receive(letter);
    } catch (error) {
      this.#options.onFault(error);
    } finally {
      this.#options.inFlight.remove(1);
    }
  }
}
