/** What one actor watches. */
import { type Address, formatAddress } from './address.ts';
import type { Letter, Ticket } from './cell.ts';
import type { OnDown } from './destination.ts';

interface Watched extends Ticket {
  takenBack: boolean;
  stopWatching: () => void;
}

export class Watching {
  readonly #watch: (target: Address, onDown: OnDown) => () => void;
  readonly #put: (letter: Letter) => void;
  readonly #watched = new Map<string, Watched>();

  constructor(watch: (target: Address, onDown: OnDown) => () => void, put: (letter: Letter) => void) {
    this.#watch = watch;
    this.#put = put;
  }

  /**
   * Watching what is watched already changes nothing, until its `down` has been delivered. The `down` names the address
   * as it was given here, incarnation 0 included, so that the actor finds it among its own.
   */
  add(address: Address): void {
    const key = formatAddress(address);
    if (this.#watched.has(key)) return;
    const watched: Watched = {
      takenBack: false,
      taken: () => this.#watched.delete(key),
      stopWatching: () => {},
    };
    this.#watched.set(key, watched);
    watched.stopWatching = this.#watch(address, reason =>
      this.#put({ message: { type: 'down', address, reason }, ticket: watched }),
    );
  }

  /** After this no `down` comes, not even one that already waits in the mailbox. */
  remove(address: Address): void {
    this.#remove(formatAddress(address));
  }

  clear(): void {
    for (const key of [...this.#watched.keys()]) this.#remove(key);
  }

  #remove(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    watched.takenBack = true;
    watched.stopWatching();
    this.#watched.delete(key);
  }
}
