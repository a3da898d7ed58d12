/** Whatever a message can arrive at in this system: an actor, an inbox, or the one-shot reply address of an `ask`. */
import type { Address } from './address.ts';
import type { DownReason, Message } from './behaviour.ts';

export interface Destination {
  readonly address: Address;
  readonly watchers: Watchers;
  /** Takes the message; false when there is no room for it. */
  accept(message: Message): boolean;
  /** Only of a reply address: whom it was given to will not answer. */
  readonly refuse?: () => void;
}

/** By path. */
export type Directory = Map<string, Destination>;

export type OnDown = (reason: DownReason) => void;

/** Who wants to know when something is gone; each is told once, or takes back its wish. */
export class Watchers {
  #watchers: Set<{ onDown: OnDown }> | undefined;

  get size(): number {
    return this.#watchers?.size ?? 0;
  }

  /** Returns what takes it back. */
  add(onDown: OnDown): () => void {
    const watcher = { onDown };
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
    return () => this.#watchers?.delete(watcher);
  }

  tell(reason: DownReason): void {
    const watchers = this.#watchers;
    this.#watchers = undefined;
    if (watchers === undefined) return;
    for (const { onDown } of watchers) onDown(reason);
  }
}
