/**
 * How much of a turn of the event loop goes into handshakes: so many steps, then sockets are looked at and media has its turn,
 * and the rest goes on in the next. Steps are counted, not timed, so that a simulation is the same in every run.
 */

/**
 * A step is a datagram, and costs 0.2 to 0.3 ms where it is dearest: together about a millisecond, which nobody sees in a
 * picture, and far above what it costs to go round the loop once more.
 */
export const HANDSHAKE_STEPS_PER_TURN = 4;

export interface HandshakeTurnsOptions {
  /** Calls once, after sockets have been looked at. */
  readonly nextTurn: (run: () => void) => void;
  /** Takes that many steps, or as many as there are; how many it was. */
  readonly take: (steps: number) => number;
  /** A turn has begun while steps were waiting. */
  readonly onTurn: () => void;
}

export class HandshakeTurns {
  readonly #options: HandshakeTurnsOptions;
  #stepsLeft = HANDSHAKE_STEPS_PER_TURN;
  #hasAskedForTurn = false;
  #isStopped = false;

  constructor(options: HandshakeTurnsOptions) {
    this.#options = options;
  }

  /** Takes what this turn has left for handshakes; whether there was any. */
  go(): boolean {
    const steps = this.#stepsLeft > 0 ? this.#options.take(this.#stepsLeft) : 0;
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < HANDSHAKE_STEPS_PER_TURN) this.#askForTurn();
    return steps > 0;
  }

  stop(): void {
    this.#isStopped = true;
  }

  #askForTurn(): void {
    if (this.#hasAskedForTurn) return;
    this.#hasAskedForTurn = true;
    this.#options.nextTurn(() => {
      this.#hasAskedForTurn = false;
      if (this.#isStopped) return;
      const isShort = this.#stepsLeft === 0;
      this.#stepsLeft = HANDSHAKE_STEPS_PER_TURN;
      if (isShort) this.#options.onTurn();
    });
  }
}
