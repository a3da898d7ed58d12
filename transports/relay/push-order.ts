/**
 * Which conversation pushes next. Control messages, acknowledgements and sound go first. Pictures wait while a link has
 * used up what it may send, and then whichever has had the least goes next.
 */
import type { Conversation } from './conversation.ts';

export class PushOrder {
  readonly #first = new Set<Conversation>();
  readonly #pictures = new Set<Conversation>();
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
    return this.#pictures.size > 0;
  }

  add(conversation: Conversation): void {
    const { track } = conversation;
    if (track?.kind !== 'video' || track.direction !== 'outbound') this.#first.add(conversation);
    else this.#pictures.add(conversation);
  }

  delete(conversation: Conversation): void {
    this.#first.delete(conversation);
    this.#pictures.delete(conversation);
    this.#served.delete(conversation);
  }

  /** Takes out the next; `isFree` when pictures may go as well. */
  take(isFree: boolean): Conversation | undefined {
    if (this.#first.size > 0) {
      const [first] = this.#first;
      this.#first.delete(first!);
      return first;
    }
    if (!isFree || this.#pictures.size === 0) return undefined;
    let [next] = this.#pictures;
    if (this.#takesTurns) for (const one of this.#pictures) if (this.#of(one) < this.#of(next!)) next = one;
    this.#pictures.delete(next!);
    if (this.#takesTurns) this.#level = this.#of(next!);
    return next;
  }

  /** The one that was taken has sent so much. */
  sent(conversation: Conversation, byteCount: number): void {
    if (this.#takesTurns && conversation.track?.kind === 'video')
      this.#served.set(conversation, this.#of(conversation) + byteCount);
  }

  /** One that was away has no claim to what it did not use. */
  #of(conversation: Conversation): number {
    return Math.max(this.#served.get(conversation) ?? 0, this.#level);
  }
}
