/** One epoch of a link: from its being attached until it closes, with everything that ends when it does. */
import type { Address } from './address.ts';
import type { Message } from './behaviour.ts';
import type { OnDown } from './destination.ts';
import type { Envelope, Link } from './link.ts';

/** Where what comes over the link goes; `via` keeps it from being sent back the way it came. */
export interface EpochOwner {
  message(to: Address, message: Message, via: LinkEpoch): void;
  gone(to: Address, via: LinkEpoch): void;
  /** May call `onDown` before it returns; returns what takes the watch back. */
  watch(target: Address, onDown: OnDown, via: LinkEpoch): () => void;
  closed(epoch: LinkEpoch): void;
}

export class LinkEpoch {
  readonly #link: Link;
  readonly #owner: EpochOwner;
  /** Our watches of theirs, by number. */
  readonly #watching = new Map<number, OnDown>();
  /** Their watches of ours (or of what lies behind us): what takes each back. */
  readonly #watched = new Map<number, () => void>();
  /** Asks that went this way and have no answer yet. */
  readonly #asks = new Set<() => void>();
  #lastWatch = 0;
  #open = true;

  constructor(link: Link, owner: EpochOwner) {
    this.#link = link;
    this.#owner = owner;
  }

  /** To be called once the route is there: the link may have envelopes waiting, or have closed already. */
  begin(): void {
    this.#link.listen(
      envelope => this.#receive(envelope),
      () => this.close(),
    );
  }

  /** Watches and asks that hang on this epoch. */
  get size(): number {
    return this.#watching.size + this.#watched.size + this.#asks.size;
  }

  post(envelope: Envelope): void {
    if (this.#open) this.#link.post(envelope);
  }

  watch(target: Address, onDown: OnDown): () => void {
    this.#lastWatch += 1;
    const watch = this.#lastWatch;
    this.#watching.set(watch, onDown);
    this.post({ kind: 'watch', watch, target });
    return () => {
      if (this.#watching.delete(watch)) this.post({ kind: 'unwatch', watch });
    };
  }

  /** Has `refuse` called if the link closes; returns what takes that back. */
  noteAsk(refuse: () => void): () => void {
    this.#asks.add(refuse);
    return () => this.#asks.delete(refuse);
  }

  /** The end, by the link itself or by detaching it: every watch over it gets its one `down`. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#owner.closed(this);
    for (const takeBack of this.#watched.values()) takeBack();
    this.#watched.clear();
    const watching = [...this.#watching.values()];
    this.#watching.clear();
    const asks = [...this.#asks];
    this.#asks.clear();
    for (const onDown of watching) onDown('no connection');
    for (const refuse of asks) refuse();
  }

  #receive(envelope: Envelope): void {
    if (!this.#open) return;
    switch (envelope.kind) {
      case 'message':
        this.#owner.message(envelope.to, envelope.message, this);
        return;
      case 'gone':
        this.#owner.gone(envelope.to, this);
        return;
      case 'watch':
        this.#beWatched(envelope.watch, envelope.target);
        return;
      case 'unwatch':
        this.#watched.get(envelope.watch)?.();
        this.#watched.delete(envelope.watch);
        return;
      case 'down': {
        const onDown = this.#watching.get(envelope.watch);
        this.#watching.delete(envelope.watch);
        onDown?.(envelope.reason);
        return;
      }
      default:
        envelope satisfies never;
    }
  }

  #beWatched(watch: number, target: Address): void {
    this.#watched.get(watch)?.();
    let down = false;
    const takeBack = this.#owner.watch(
      target,
      reason => {
        down = true;
        this.#watched.delete(watch);
        this.post({ kind: 'down', watch, reason });
      },
      this,
    );
    if (!down) this.#watched.set(watch, takeBack);
  }
}
