/**
 * The only file that knows nact. Of nact we take the scheduler: each actor gets its turns one at a time, each in its
 * own trip through the event loop, so that none can starve the others. What nact lacks or gets wrong (the tree, stopping
 * it, incarnations, limits, dead letters, crashes) is ours, in the files beside this one.
 *
 * Every seat lies flat beneath nact's system, whatever its place in our tree: nact copies an actor's map of children
 * for every message that it handles (44 µs with 1,000 children), and its system handles none.
 */
import { dispatch, spawn, start, stop } from 'nact';

/** What nact accepts in a name; anything else becomes `_`, and the incarnation in the name keeps it unique. */
const UNFIT_FOR_NACT = /[^a-z0-9\-$_.+!*'(),]/gi;

/** One nact actor. */
export interface Seat {
  /** Asks for one turn; turns come in order, each later than this call. */
  call(): void;
  /** No more turns, those already asked for included. */
  leave(): void;
}

export class NactStage {
  readonly #system = start();
  #seats = 0;

  /** Seats that have not been left. */
  get size(): number {
    return this.#seats;
  }

  /** `name` has to be unique on this stage. `onTurn` must not throw: nact would write to the console and stop it. */
  seat(name: string, onTurn: () => void): Seat {
    const reference = spawn(this.#system, (_state, _message) => onTurn(), name.replace(UNFIT_FOR_NACT, '_'));
    this.#seats += 1;
    let seated = true;
    return {
      call: () => dispatch(reference, null),
      leave: () => {
        if (!seated) return;
        seated = false;
        this.#seats -= 1;
        stop(reference);
      },
    };
  }

  /** Frees what nact keeps of this system; all its seats have to have been left. */
  close(): void {
    stop(this.#system);
  }
}
