/** The conversations of a link, by their number: which of them want to send, and when. */
import { DeadlineHeap } from '../deadline-heap.ts';
import type { SegmentSink } from '../kcp/datagram-writer.ts';
import { Fifo } from '../kcp/fifo.ts';
import type { KcpOptions } from '../kcp/options.ts';
import { Conversation, type TrackOf } from './conversation.ts';
import { CONVERSATION_OPTIONS, UNUSED_WINDOW_SEGMENTS } from './limits.ts';
import { PushOrder } from './push-order.ts';

export const CONTROL_CONVERSATION = 0;

/** Both ends must agree on `firstSequence`. */
export type ConversationOptions = Omit<KcpOptions, 'conversation'>;

export class Conversations {
  readonly #options: ConversationOptions;
  readonly #sink: SegmentSink;
  /** What one may send of what is new before it is another's turn. */
  readonly #turnSegments: number | undefined;
  readonly #byId = new Map<number, Conversation>();
  readonly #deadlines = new DeadlineHeap<Conversation>();
  /** Those that something was done with since the last push. */
  readonly #touched: PushOrder;
  /** Those with acknowledgements that are not due yet, and some that have sent them since. */
  readonly #owing = new Fifo<Conversation>();
  /** When the first of them is due; infinite while there are none. */
  #acknowledgeAtMs = Number.POSITIVE_INFINITY;
  /** Nothing is sent at present. */
  #isPaused = false;
  #nextId: number;
  #retransmissionsBefore = 0;

  /** Of the two ends one counts from an odd number, the other from an even one: both name conversations. */
  constructor(firstId: number, sink: SegmentSink, options: ConversationOptions = {}, turnSegments?: number) {
    this.#nextId = firstId;
    this.#sink = sink;
    this.#turnSegments = turnSegments;
    this.#touched = new PushOrder(turnSegments !== undefined);
    this.#options = { ...CONVERSATION_OPTIONS, ...options };
  }

  get retransmissions(): number {
    let sum = this.#retransmissionsBefore;
    for (const { retransmissions } of this.#byId.values()) sum += retransmissions;
    return sum;
  }

  get waitingSegments(): number {
    let sum = 0;
    for (const { waitingSegments } of this.#byId.values()) sum += waitingSegments;
    return sum;
  }

  /** When the first of them wants to be pushed; infinite if none does. */
  get firstAtMs(): number {
    const firstAtMs = this.#deadlines.firstAtMs ?? Number.POSITIVE_INFINITY;
    return this.#isPaused ? firstAtMs : Math.min(firstAtMs, this.#acknowledgeAtMs);
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** A number of ours that no conversation has, and that none has had since the last turn of all the numbers. */
  allocateId(): number {
    for (;;) {
      const id = this.#nextId;
      this.#nextId = (this.#nextId + 2) >>> 0;
      if (id !== CONTROL_CONVERSATION && !this.#byId.has(id)) return id;
    }
  }

  open(id: number, track?: TrackOf): Conversation {
    const conversation = new Conversation(
      { ...this.#options, ...unusedWindow(track), conversation: id },
      this.#sink,
      track,
    );
    this.#byId.set(id, conversation);
    return conversation;
  }

  /** Ends it at once, with all that waits in it. */
  delete(id: number): void {
    const conversation = this.#byId.get(id);
    if (conversation === undefined) return;
    this.#retransmissionsBefore += conversation.retransmissions;
    this.#byId.delete(id);
    this.#deadlines.delete(conversation);
    this.#touched.delete(conversation);
    conversation.awaitsAcknowledging = false;
  }

  clear(): void {
    for (const id of this.#byId.keys()) this.delete(id);
  }

  /** Something was sent or received in it. */
  touch(conversation: Conversation): void {
    if (this.#byId.get(conversation.id) === conversation) this.#touched.add(conversation);
  }

  [Symbol.iterator](): Iterator<Conversation> {
    return this.#byId.values();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    for (const conversation of this.#byId.values()) this.#touched.add(conversation);
  }

  resume(): void {
    this.#isPaused = false;
    for (const conversation of this.#byId.values()) this.#touched.add(conversation);
  }

  /** Time has passed: those that are due count as touched. */
  advance(nowMs: number): void {
    for (let due = this.#deadlines.popDue(nowMs); due !== undefined; due = this.#deadlines.popDue(nowMs))
      this.#touched.add(due);
  }

  /**
   * Pushes one of those touched, and gives it; nothing when all have been. Pictures
   * only if the link is free to send them. How many messages were given up is told to `expired`.
   */
  pushNext(nowMs: number, isFree: boolean, expired: (count: number) => void): Conversation | undefined {
    const conversation = this.#touched.take(isFree);
    if (conversation === undefined) return undefined;
    expired(conversation.expire(nowMs));
    if (!this.#isPaused) conversation.push(nowMs, false, this.#turnSegments);
    this.#settle(conversation);
    const hasMore = this.#turnSegments !== undefined && conversation.deadlineMs <= nowMs;
    if (hasMore && !this.#isPaused) this.#touched.add(conversation);
    return conversation;
  }

  /** Pictures that wait until the link is free to send them. */
  get holdsPictures(): boolean {
    return this.#touched.holdsPictures;
  }

  /** The one that was pushed has sent so much. */
  sent(conversation: Conversation, byteCount: number): void {
    this.#touched.sent(conversation, byteCount);
  }

  /** Whether acknowledgements have to go now, be there anything to go with or not. */
  mustAcknowledge(nowMs: number): boolean {
    return this.#acknowledgeAtMs <= nowMs && !this.#isPaused;
  }

  /** Likewise for one of those that owe acknowledgements; nothing when none does any more. */
  pushNextOwing(nowMs: number): Conversation | undefined {
    for (let next = this.#owing.shift(); next !== undefined; next = this.#owing.shift()) {
      const owes = next.awaitsAcknowledging && next.acknowledgeAtMs < Number.POSITIVE_INFINITY;
      next.awaitsAcknowledging = false;
      if (!owes) continue;
      next.push(nowMs, true);
      this.#settle(next);
      return next;
    }
    this.#acknowledgeAtMs = Number.POSITIVE_INFINITY;
    return undefined;
  }

  #settle(conversation: Conversation): void {
    const { acknowledgeAtMs } = conversation;
    if (acknowledgeAtMs < Number.POSITIVE_INFINITY) {
      this.#acknowledgeAtMs = Math.min(this.#acknowledgeAtMs, acknowledgeAtMs);
      if (!conversation.awaitsAcknowledging) this.#owing.push(conversation);
      conversation.awaitsAcknowledging = true;
    }
    const atMs = this.#isPaused ? conversation.giveUpAtMs : conversation.deadlineMs;
    this.#deadlines.set(conversation, atMs === Number.POSITIVE_INFINITY ? undefined : atMs);
  }
}

function unusedWindow(track: TrackOf | undefined): Partial<KcpOptions> {
  switch (track?.direction) {
    case undefined:
      return {};
    case 'inbound':
      return { sendWindow: UNUSED_WINDOW_SEGMENTS };
    case 'outbound':
      return { receiveWindow: UNUSED_WINDOW_SEGMENTS };
  }
}
