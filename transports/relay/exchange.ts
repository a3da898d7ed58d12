/**
 * What two nodes say to each other over a link: subscriptions either way, their tracks' frames, and the conversations
 * that carry both. Begun before the link is up, so that what is asked for meanwhile waits in the control conversation.
 */
import { type Deadline, earlier } from '../clock.ts';
import { Fifo } from '../kcp/fifo.ts';
import { HEADER_BYTES, type SegmentHeader } from '../kcp/segment.ts';
import type { MediaKind } from '../rtp/codec.ts';
import {
  type ControlMessage,
  parseControl,
  subscribeFault,
  type TrackConversations,
  writeControl,
} from './control.ts';
import type { Conversation } from './conversation.ts';
import { CONTROL_CONVERSATION, type ConversationOptions, Conversations } from './conversations.ts';
import { EarlyData } from './early-data.ts';
import { FRAME_MAX_BYTES, parseFrame, type RelayFrame, writeFrame } from './frame.ts';
import { CONTROL_QUEUE_MAX, PATH_MAX_NODES, SUBSCRIPTIONS_MAX, TURN_SEGMENTS } from './limits.ts';
import { DEFAULT_MTU_BYTES, linkSizes } from './link-mtu.ts';
import type { LinkCounters, LinkOutput, SubscribeRefusal } from './link-output.ts';
import { RateCeiling } from './rate-ceiling.ts';
import { SegmentPacker, unpackSegments } from './segment-packing.ts';

export type ExchangeOutput =
  | Exclude<LinkOutput, { readonly kind: 'datagram' | 'up' | 'down' }>
  /** To be sent to the peer's exchange; `asks` if the peer will acknowledge anything in it. */
  | { readonly kind: 'data'; readonly payload: Uint8Array; readonly atMs: number; readonly asks: boolean }
  /** Nothing more can be said: the link has to end. */
  | { readonly kind: 'fault'; readonly reason: string };

export interface ExchangeOptions {
  readonly nowMs: number;
  readonly role: 'opener' | 'accepter';
  readonly counters: LinkCounters;
  /** The longest IP packet that the path carries. */
  readonly mtuBytes?: number;
  /** The most that this end may send; absent: whatever there is. */
  readonly maxBitsPerSecond?: number;
  readonly conversations?: ConversationOptions;
}

/** A stream that one end has asked of the other; its conversations once it was granted. */
interface Subscription {
  conversations?: TrackConversations;
}

const kinds: readonly MediaKind[] = ['audio', 'video'];

export class Exchange {
  readonly #counters: LinkCounters;
  readonly #conversations: Conversations;
  readonly #control: Conversation;
  readonly #early: EarlyData;
  /** What we asked of the peer, by our ids. */
  readonly #asked = new Map<number, Subscription>();
  /** What the peer asked of us, by its ids. */
  readonly #provided = new Map<number, Subscription>();
  readonly #outputs = new Fifo<ExchangeOutput>();
  readonly #packer: SegmentPacker;
  /** What conversations have sent, in bytes as KCP writes them. */
  #packedBytes = 0;
  readonly #ceiling: RateCeiling | undefined;
  readonly #frame = new Uint8Array(FRAME_MAX_BYTES);
  readonly #expired = (count: number): void => {
    this.#counters.packetsExpired += count;
  };
  #lastId = 0;
  #isFaulty = false;
  #nowMs: number;

  constructor(options: ExchangeOptions) {
    const { nowMs, role, counters, mtuBytes = DEFAULT_MTU_BYTES, maxBitsPerSecond, conversations } = options;
    this.#ceiling = maxBitsPerSecond === undefined ? undefined : new RateCeiling(maxBitsPerSecond);
    this.#nowMs = nowMs;
    this.#counters = counters;
    const { dataBytes, kcpMtuBytes } = linkSizes(mtuBytes);
    this.#packer = new SegmentPacker(dataBytes, (payload, asks) => {
      this.#outputs.push({ kind: 'data', payload, atMs: this.#nowMs, asks });
    });
    const turnSegments = this.#ceiling === undefined ? undefined : TURN_SEGMENTS;
    const sink = {
      add: (header: Readonly<SegmentHeader>, segment?: Uint8Array) => {
        this.#packedBytes += HEADER_BYTES + header.byteCount;
        this.#packer.add(header, segment);
      },
      // The next conversation's segments share the datagram.
      finish() {},
    };
    this.#conversations = new Conversations(
      role === 'opener' ? 1 : 2,
      sink,
      { mtuBytes: kcpMtuBytes, ...conversations },
      turnSegments,
    );
    this.#control = this.#conversations.open(CONTROL_CONVERSATION);
    this.#early = new EarlyData(role === 'opener' ? 0 : 1);
  }

  /** The longest packet that the path carries has changed. Segments stay as they were cut, for what it carried at first. */
  resize(nowMs: number, mtuBytes: number): void {
    this.#nowMs = nowMs;
    this.#packer.resize(linkSizes(mtuBytes).dataBytes);
  }

  get retransmissions(): number {
    return this.#conversations.retransmissions;
  }

  get waitingSegments(): number {
    return this.#conversations.waitingSegments;
  }

  /** How long the oldest frame that is of use waits for the peer's word. */
  queueAgeMs(nowMs: number): number {
    let ageMs = 0;
    for (const { sender } of this.#conversations) ageMs = Math.max(ageMs, sender?.ageMs(nowMs) ?? 0);
    return ageMs;
  }

  /** What is held for the peer: conversations, subscriptions of either end, and early datagrams. */
  get held(): { readonly conversations: number; readonly subscriptions: number; readonly early: number } {
    return {
      conversations: this.#conversations.size,
      subscriptions: this.#asked.size + this.#provided.size,
      early: this.#early.size,
    };
  }

  subscribe(nowMs: number, stream: string, path: readonly string[]): number | SubscribeRefusal {
    this.#nowMs = nowMs;
    if (subscribeFault(stream, path) !== undefined) return 'not a stream or a path';
    if (this.#asked.size >= SUBSCRIPTIONS_MAX) return 'too many subscriptions';
    this.#lastId += 1;
    this.#asked.set(this.#lastId, {});
    this.#tell({ kind: 'subscribe', id: this.#lastId, stream, path });
    return this.#lastId;
  }

  unsubscribe(nowMs: number, id: number, reason = ''): boolean {
    this.#nowMs = nowMs;
    if (!this.#forget(this.#asked, id)) return false;
    this.#tell({ kind: 'unsubscribe', id, reason });
    return true;
  }

  requestKeyframe(nowMs: number, id: number): boolean {
    this.#nowMs = nowMs;
    if (!this.#asked.has(id)) return false;
    this.#tell({ kind: 'keyframe', id });
    return true;
  }

  accept(nowMs: number, id: number, epoch: number, path: readonly string[] = []): boolean {
    this.#nowMs = nowMs;
    const subscription = this.#provided.get(id);
    if (subscription === undefined || subscription.conversations !== undefined) return false;
    const audio = this.#conversations.allocateId();
    const conversations = { audio, video: this.#conversations.allocateId() };
    this.#open(subscription, id, conversations, 'outbound');
    this.#tell({ kind: 'subscribed', id, epoch, path: path.slice(-PATH_MAX_NODES), conversations });
    return true;
  }

  /** Refuses, or ends what was granted. */
  end(nowMs: number, id: number, reason: string): boolean {
    this.#nowMs = nowMs;
    const kind = this.#provided.get(id)?.conversations === undefined ? 'refused' : 'ended';
    if (!this.#forget(this.#provided, id)) return false;
    this.#tell({ kind, id, reason });
    return true;
  }

  /**
   * Whether the frame was taken; what is not is counted, unless the subscription is over. `canStart` when a picture can go
   * on with it, whatever was given up before.
   */
  send(nowMs: number, id: number, track: MediaKind, frame: RelayFrame, canStart = false): boolean {
    this.#nowMs = nowMs;
    const number = this.#provided.get(id)?.conversations?.[track];
    if (number === undefined) return false;
    const conversation = this.#conversations.get(number)!;
    const sender = conversation.sender!;
    this.#conversations.touch(conversation);
    if (!sender.admits(canStart)) {
      this.#counters.packetsDroppedAfterGap += 1;
      return false;
    }
    if (conversation.isFull) {
      const given = sender.overflow(frame);
      conversation.giveUp(given);
      this.#counters.packetsExpired += given.length;
      this.#counters.packetsDroppedQueueFull += 1;
      return false;
    }
    const range = conversation.send(nowMs, writeFrame(this.#frame, frame));
    sender.sent(nowMs, range, frame, canStart);
    return true;
  }

  /** Takes the payload of the peer's data; it is borrowed. */
  receive(nowMs: number, payload: Uint8Array): void {
    this.#nowMs = nowMs;
    const { segments, isWhole } = unpackSegments(payload);
    if (!isWhole) this.#counters.segmentsRefused += 1;
    for (const { header, payload: segment } of segments) {
      const conversation = this.#conversations.get(header.conversation);
      if (conversation !== undefined) this.#receiveIn(conversation, header, segment);
      else if (!this.#early.keep(header, segment)) this.#counters.strayData += 1;
    }
  }

  deadline(): Deadline | undefined {
    const atMs = this.#conversations.firstAtMs;
    const due = atMs === Number.POSITIVE_INFINITY ? undefined : { atMs, reason: 'relay: KCP' };
    if (this.#ceiling === undefined || !this.#conversations.holdsPictures) return due;
    return earlier(due, { atMs: this.#ceiling.freeAtMs, reason: 'relay: rate ceiling' });
  }

  advance(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#conversations.advance(nowMs);
  }

  /** The line is out: nothing is sent, and what cannot arrive in time is given up as ever. */
  pause(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#conversations.pause();
  }

  /** It is back: what is still of use goes out, and tracks that were broken off go on at once. */
  resume(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#conversations.resume();
    for (const conversation of this.#conversations) this.#restart(conversation);
  }

  /** KCP is made to send here, so that what was asked for in one go shares datagrams and is looked through once. */
  poll(): ExchangeOutput | undefined {
    while (this.#outputs.size === 0) {
      const before = this.#packedBytes;
      const conversation = this.#nextPushed();
      if (conversation === undefined) this.#packer.finish();
      else this.#pushed(conversation, this.#packedBytes - before);
      if (conversation === undefined && this.#outputs.size === 0) return undefined;
    }
    return this.#outputs.shift();
  }

  /** What is due, and then what can go with it. */
  #nextPushed(): Conversation | undefined {
    const isFree = (this.#ceiling?.freeAtMs ?? Number.NEGATIVE_INFINITY) <= this.#nowMs;
    const due = this.#conversations.pushNext(this.#nowMs, isFree, this.#expired);
    if (due !== undefined) return due;
    const isToAcknowledge = this.#packer.isBegun || this.#conversations.mustAcknowledge(this.#nowMs);
    return isToAcknowledge ? this.#conversations.pushNextOwing(this.#nowMs) : undefined;
  }

  #pushed(conversation: Conversation, byteCount: number): void {
    if (conversation.waitingSegments === 0) this.#restart(conversation);
    this.#conversations.sent(conversation, byteCount);
    this.#ceiling?.sent(this.#nowMs, byteCount);
    if (conversation.isDead) this.#fault('the peer acknowledges nothing any more');
  }

  /** The link is over: lets go of everything. */
  clear(): void {
    this.#asked.clear();
    this.#provided.clear();
    this.#conversations.clear();
  }

  /** A track that was broken off goes on, if it was. */
  #restart({ sender, track }: Conversation): void {
    if (sender?.mayStart() !== true) return;
    this.#counters.restarts += 1;
    const { subscription: id, kind } = track!;
    this.#outputs.push({ kind: 'restart', id, track: kind, after: sender.delivered });
  }

  #receiveIn(conversation: Conversation, header: SegmentHeader, payload: Uint8Array): void {
    conversation.receive(this.#nowMs, header, payload);
    this.#conversations.touch(conversation);
    for (;;) {
      const message = conversation.pollMessage();
      if (message === undefined) return;
      if (conversation.track === undefined) this.#receiveControl(message);
      else if (message.length === 0) this.#counters.packetsGivenUpByPeer += 1;
      else if (!this.#receiveFrame(conversation, message)) return;
    }
  }

  /** Says whether the track goes on. */
  #receiveFrame(conversation: Conversation, message: Uint8Array): boolean {
    const { subscription: id, kind: track, direction } = conversation.track!;
    const frame = direction === 'inbound' ? parseFrame(message) : undefined;
    if (frame !== undefined) {
      this.#outputs.push({ ...frame, id, track });
      return true;
    }
    this.#counters.framesMalformed += 1;
    // A peer that sends frames where it should read them harms nobody but itself.
    if (direction === 'outbound') return true;
    this.unsubscribe(this.#nowMs, id, 'a relay frame that is none');
    this.#outputs.push({ kind: 'ended', id, reason: 'the peer sent a relay frame that is none' });
    return false;
  }

  #receiveControl(bytes: Uint8Array): void {
    const message = parseControl(bytes);
    switch (message.kind) {
      case 'subscribe':
        return this.#receiveSubscribe(message);
      case 'unsubscribe':
        if (this.#forget(this.#provided, message.id)) this.#outputs.push(message);
        return;
      case 'keyframe':
        if (this.#provided.has(message.id)) this.#outputs.push(message);
        return;
      case 'subscribed':
        return this.#receiveSubscribed(message);
      case 'refused':
      case 'ended':
        if (this.#forget(this.#asked, message.id)) this.#outputs.push(message);
        return;
      case 'bad subscribe':
        this.#counters.controlMalformed += 1;
        this.#tell({ kind: 'refused', id: message.id, reason: message.words });
        return;
      case 'unknown':
        this.#counters.controlUnknown += 1;
        return;
      case 'malformed':
        return this.#malformed(message.words);
      default:
        message satisfies never;
    }
  }

  #receiveSubscribe(message: Extract<ControlMessage, { kind: 'subscribe' }>): void {
    const { id } = message;
    if (this.#provided.has(id)) return this.#malformed('a second subscribe of one id');
    if (this.#provided.size >= SUBSCRIPTIONS_MAX) {
      this.#tell({ kind: 'refused', id, reason: `more than ${SUBSCRIPTIONS_MAX} subscriptions` });
      return;
    }
    this.#provided.set(id, {});
    this.#outputs.push(message);
  }

  #receiveSubscribed(message: Extract<ControlMessage, { kind: 'subscribed' }>): void {
    const { id, epoch, conversations } = message;
    const numbers = [conversations.audio, conversations.video];
    const areNew = numbers.every(
      number => this.#early.isPeers(number) && this.#conversations.get(number) === undefined,
    );
    if (!areNew) return this.#malformed("a message 'subscribed' with conversations that cannot be");
    const early = this.#early.take(numbers);
    const subscription = this.#asked.get(id);
    // We may have unsubscribed before this came.
    if (subscription === undefined) return;
    if (subscription.conversations !== undefined) return this.#malformed("a second 'subscribed' of one id");
    this.#open(subscription, id, conversations, 'inbound');
    this.#outputs.push({ kind: 'subscribed', id, epoch, path: message.path });
    for (const { header, payload } of early) {
      const opened = this.#conversations.get(header.conversation);
      if (opened !== undefined) this.#receiveIn(opened, header, payload);
    }
  }

  #open(
    subscription: Subscription,
    id: number,
    conversations: TrackConversations,
    direction: 'inbound' | 'outbound',
  ): void {
    subscription.conversations = conversations;
    for (const kind of kinds)
      this.#conversations.open(conversations[kind], { subscription: id, kind, direction });
  }

  #forget(subscriptions: Map<number, Subscription>, id: number): boolean {
    const subscription = subscriptions.get(id);
    if (subscription === undefined) return false;
    subscriptions.delete(id);
    for (const kind of kinds) {
      const number = subscription.conversations?.[kind];
      if (number !== undefined) this.#conversations.delete(number);
    }
    return true;
  }

  #tell(message: ControlMessage): void {
    if (this.#control.waitingSegments >= CONTROL_QUEUE_MAX)
      return this.#fault('the peer takes no control messages');
    this.#control.send(this.#nowMs, writeControl(message));
    this.#conversations.touch(this.#control);
  }

  #malformed(words: string): void {
    this.#counters.controlMalformed += 1;
    this.#fault(`the peer sent ${words}`);
  }

  /** The first one says it all. */
  #fault(reason: string): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    this.#outputs.push({ kind: 'fault', reason });
  }
}
