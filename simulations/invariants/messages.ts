/** What holds of the messages of one transport over one link, whatever the line does: what it promises of order, and of all coming. */
export interface MessagePromises {
  /** None comes after a later one. */
  readonly inOrder: boolean;
  /** None is given up. */
  readonly complete: boolean;
}

export class MessageWatch {
  readonly #promises: MessagePromises;
  readonly #violate: (invariant: string, detail: string) => void;
  readonly #came = new Set<number>();
  #newest = -1;

  constructor(promises: MessagePromises, violate: (invariant: string, detail: string) => void) {
    this.#promises = promises;
    this.#violate = violate;
  }

  /** The message of this number has been handed over. */
  came(number: number): void {
    if (this.#came.has(number)) this.#violate('messages-once', `message ${number} came twice`);
    else if (this.#promises.inOrder && number < this.#newest)
      this.#violate('messages-in-order', `message ${number} came after ${this.#newest}`);
    this.#came.add(number);
    this.#newest = Math.max(this.#newest, number);
  }

  /** All that comes has come; so many were sent, numbered from 0. */
  end(sent: number): void {
    if (!this.#promises.complete) return;
    for (let number = 0; number < sent; number += 1)
      if (!this.#came.has(number)) this.#violate('messages-complete', `message ${number} never came`);
  }
}
