/**
 * A two-way link to another thread: items are posted as structured clones, all of one turn in one post, since a post
 * costs several microseconds whatever is in it. Nothing bounds what waits here: it waits no longer than the turn that
 * posts it, and beyond that the other thread's queue is memory of the same process, where the receiver's own limits
 * (mailboxes) refuse what is too much.
 */

/** What a link needs of a MessagePort or a Worker of node:worker_threads. */
export interface ThreadPort {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
  /** `close` is a MessagePort's end, `exit` a Worker's. */
  on(event: 'close' | 'exit', listener: () => void): unknown;
}

export class MessagePortLink<Item> {
  readonly #port: ThreadPort;
  readonly #onFault: (error: unknown, item: Item) => void;
  #batch: Item[] = [];
  #open = true;

  /** `onFault` is given what cannot be cloned: a programming error, and the item is lost. */
  constructor(port: ThreadPort, onFault: (error: unknown, item: Item) => void = () => {}) {
    this.#port = port;
    this.#onFault = onFault;
  }

  /** Posts at the end of this turn, in order; never throws. The caller must not change the item until then. */
  post(item: Item): void {
    if (!this.#open) return;
    this.#batch.push(item);
    if (this.#batch.length === 1) queueMicrotask(() => this.#flush());
  }

  /** Starts receiving; what came before this waits in the port. `onClosed` is called once, and no item after it. */
  listen(onItem: (item: Item) => void, onClosed: () => void): void {
    this.#port.on('message', batch => {
      for (const item of batch as Item[]) {
        if (!this.#open) return;
        onItem(item);
      }
    });
    const closed = () => {
      if (!this.#open) return;
      this.#open = false;
      onClosed();
    };
    this.#port.on('close', closed);
    this.#port.on('exit', closed);
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    try {
      this.#port.postMessage(batch);
    } catch {
      for (const item of batch) this.#postAlone(item);
    }
  }

  /** One item that cannot be cloned must not take those beside it along. */
  #postAlone(item: Item): void {
    try {
      this.#port.postMessage([item]);
    } catch (error) {
      this.#onFault(error, item);
    }
  }
}
