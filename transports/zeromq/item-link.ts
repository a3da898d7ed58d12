/** A link as its owner holds it, for one epoch: items in, items out, and the end once. */

/** What a link is to whoever uses it. */
export interface ItemPort<Item> {
  /** Sends at the end of this turn, in order; never throws. The item is taken as it is now. Nothing after the end. */
  post(item: Item): void;
  /**
   * To be called before control returns from `onUp`: items that find no listener are lost. `onClosed` is called once,
   * and no item after it; at once if the link has ended already.
   */
  listen(onItem: (item: Item) => void, onClosed: () => void): void;
}

export class ItemLink<Item> implements ItemPort<Item> {
  readonly #send: (item: Item) => void;
  readonly #onFault: (error: unknown) => void;
  #onItem: ((item: Item) => void) | undefined;
  #onClosed: (() => void) | undefined;
  #open = true;

  /** `onFault` is given what a listener throws. */
  constructor(send: (item: Item) => void, onFault: (error: unknown) => void) {
    this.#send = send;
    this.#onFault = onFault;
  }

  post(item: Item): void {
    if (this.#open) this.#send(item);
  }

  listen(onItem: (item: Item) => void, onClosed: () => void): void {
    if (!this.#open) return onClosed();
    this.#onItem = onItem;
    this.#onClosed = onClosed;
  }

  deliver(items: readonly Item[]): void {
    for (const item of items) {
      if (this.#open) this.#guarded(() => this.#onItem?.(item));
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#guarded(() => this.#onClosed?.());
  }

  /** A listener that throws must not take the items behind along, nor other links. */
  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
