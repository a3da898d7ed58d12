/** How many messages are on their way within this system: put into a mailbox, and not yet handled to the end. */
export class InFlight {
  #count = 0;
  #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count += 1;
  }

  remove(count: number): void {
    this.#count -= count;
    if (this.#count > 0 || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when there are none; looks again on waking, since whoever woke it may have sent more by then. */
  async whenQuiet(): Promise<void> {
    while (this.#count > 0) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }
}
