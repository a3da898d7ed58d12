/**
 * Which conversation pushes next. Control messages, acknowledgements and sound go first. Pictures wait while a link has
 * used up what it may send, and then whichever has had the least goes next.
 */
import { Fifo } from '../kcp/fifo.ts';
import type { Conversation } from './conversation.ts';

export class PushOrder {
  readonly #first = new Fifo<Conversation>();
  /** As they come, or in turns. */
  readonly #pictures = new Fifo<Conversation>();
  readonly #inTurns = new Set<Conversation>();
  /** What a picture's turn has cost it: bytes, counted on from what others had when it came. */
  readonly #served = new Map<Conversation, number>();
  /** Of the one that had its turn last. */
  #level = 0;
  readonly #takesTurns: boolean;

  /** Whether pictures take turns; else each goes as it comes, and nobody counts what it has had. */
  constructor(takesTurns: boolean) {
    this.#takesTurns = takesTurns;
  }

  get holdsPictures(): boolean {
    return this.#pictures.size > 0 || this.#inTurns.size > 0;
  }

  add(conversation: Conversation): void {
    if (conversation.awaitsPush) return;
    conversation.awaitsPush = true;
    if (!conversation.sendsPictures) this.#first.push(conversation);
    else if (this.#takesTurns) this.#inTurns.add(conversation);
    else this.#pictures.push(conversation);
  }

  /** It is not taken any more, nor added again. */
  delete(conversation: Conversation): void {
    conversation.awaitsPush = false;
    this.#inTurns.delete(conversation);
    this.#served.delete(conversation);
  }

  /** Takes out the next; `isFree` when pictures may go as well. */
  take(isFree: boolean): Conversation | undefined {
    const first = firstOf(this.#first);
    if (first !== undefined || !isFree) return first;
    return this.#takesTurns ? this.#takeTurn() : firstOf(this.#pictures);
  }

  /** The one that was taken has sent so much. */
  sent(conversation: Conversation, byteCount: number): void {
    if (this.#takesTurns && conversation.track?.kind === 'video')
      this.#served.set(conversation, this.#of(conversation) + byteCount);
  }

  #takeTurn(): Conversation | undefined {
    let [next] = this.#inTurns;
    if (next === undefined) return undefined;
    for (const one of this.#inTurns) if (this.#of(one) < this.#of(next)) next = one;
    this.#inTurns.delete(next);
    next.awaitsPush = false;
    this.#level = this.#of(next);
    return next;
  }

  /** One that was away has no claim to what it did not use. */
  #of(conversation: Conversation): number {
    return Math.max(this.#served.get(conversation) ?? 0, this.#level);
  }
}

/** Passes over those that were deleted. */
function firstOf(waiting: Fifo<Conversation>): Conversation | undefined {
  let first = waiting.shift();
  while (first !== undefined && !first.awaitsPush) first = waiting.shift();
  if (first !== undefined) first.awaitsPush = false;
  return first;
}
