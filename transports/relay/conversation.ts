/**
 * One KCP association within a link: that of the control messages, or of a track in one direction. Made small: KCP's
 * windows take memory only once there is something to carry.
 */
import type { SegmentSink } from '../kcp/datagram-writer.ts';
import { Kcp } from '../kcp/kcp.ts';
import type { KcpOptions } from '../kcp/options.ts';
import type { SegmentHeader } from '../kcp/segment.ts';
import { after } from '../kcp/wrapping.ts';
import type { MediaKind } from '../rtp/codec.ts';
import { ACKNOWLEDGE_WITHIN_MS, TRACK_QUEUE_MAX_SEGMENTS } from './limits.ts';
import { type SegmentRange, TrackSender } from './track-sender.ts';

/** In place of a time: a field that is always a number is written without memory being taken for it. */
const NEVER = Number.POSITIVE_INFINITY;

/** Which track of which subscription. */
export interface TrackOf {
  readonly subscription: number;
  readonly kind: MediaKind;
  /** As this end sees it. */
  readonly direction: 'inbound' | 'outbound';
}

export class Conversation {
  /** Absent: the conversation of the control messages. */
  readonly track: TrackOf | undefined;
  readonly #options: KcpOptions;
  readonly #sink: SegmentSink;
  #kcp: Kcp | undefined;
  /** Of a track that we send. */
  readonly sender: TrackSender | undefined;
  readonly id: number;
  /** Whether it sends pictures, which wait where a link has used up what it may send. */
  readonly sendsPictures: boolean;
  /** Whether it is among those to be pushed, and among those that owe acknowledgements: for who keeps these. */
  awaitsPush = false;
  awaitsAcknowledging = false;
  #nextSequence: number;
  /** When what has come must be acknowledged; never while all has been. */
  #acknowledgeAtMs = NEVER;
  /** When KCP has something else to send; as of the last push or receive. */
  #wakeAtMs = NEVER;

  /** What it has to send goes to the sink. */
  constructor(options: KcpOptions, sink: SegmentSink, track?: TrackOf) {
    this.#options = options;
    this.#sink = sink;
    this.id = options.conversation;
    this.track = track;
    this.sendsPictures = track?.kind === 'video' && track.direction === 'outbound';
    this.sender = track?.direction === 'outbound' ? new TrackSender(track.kind) : undefined;
    this.#nextSequence = options.firstSequence ?? 0;
  }

  /** Segments that are not sent, or not acknowledged. */
  get waitingSegments(): number {
    return this.#kcp?.waitingSegments ?? 0;
  }

  get retransmissions(): number {
    if (this.#kcp === undefined) return 0;
    const { timeoutRetransmissions, fastRetransmissions } = this.#kcp.counters;
    return timeoutRetransmissions + fastRetransmissions;
  }

  /** KCP has sent something so often, in vain, that nobody can be there. */
  get isDead(): boolean {
    return this.#kcp?.isDead ?? false;
  }

  /** When to push, if not for acknowledgements alone; infinite if never. */
  get deadlineMs(): number {
    return Math.min(this.#wakeAtMs, this.giveUpAtMs);
  }

  /** When something of what waits cannot arrive in time any more; infinite if never. */
  get giveUpAtMs(): number {
    return this.sender?.giveUpAtMs(this.#srttMs) ?? NEVER;
  }

  /** By when acknowledgements have to go, which wait for others to share their datagram; infinite while there are none. */
  get acknowledgeAtMs(): number {
    return this.#acknowledgeAtMs;
  }

  /** Whether so much waits that a track should send no more. */
  get isFull(): boolean {
    return this.waitingSegments >= TRACK_QUEUE_MAX_SEGMENTS;
  }

  /** Copies the message, which the caller has made sure is not too long for KCP, and gives its segments' numbers. */
  send(nowMs: number, message: Uint8Array): SegmentRange {
    const kcp = this.#opened();
    const before = kcp.waitingSegments;
    kcp.send(nowMs, message);
    this.#wakeAtMs = kcp.wakeAtMs(nowMs) ?? NEVER;
    const first = this.#nextSequence;
    this.#nextSequence = after(first, kcp.waitingSegments - before);
    return { first, end: this.#nextSequence };
  }

  /** What was sent goes out empty from now on. */
  giveUp(ranges: readonly SegmentRange[]): void {
    for (const { first, end } of ranges) this.#kcp?.giveUp(first, end);
  }

  /** A segment of this conversation; its payload is borrowed. */
  receive(nowMs: number, header: SegmentHeader, payload: Uint8Array): void {
    const kcp = this.#opened();
    kcp.tick(nowMs);
    kcp.receiveSegment(nowMs, header, payload);
    this.sender?.acknowledgedBefore(kcp.firstUnacknowledged);
    if (kcp.owesAcknowledgements && this.#acknowledgeAtMs === NEVER)
      this.#acknowledgeAtMs = nowMs + ACKNOWLEDGE_WITHIN_MS;
    this.#wakeAtMs = kcp.wakeAtMs(nowMs) ?? NEVER;
  }

  pollMessage(): Uint8Array | undefined {
    return this.#kcp?.pollMessage();
  }

  /** Gives up what cannot arrive in time; how many messages that are. */
  expire(nowMs: number): number {
    const { sender } = this;
    if (sender === undefined || this.giveUpAtMs > nowMs) return 0;
    const given = sender.expire(nowMs, this.#srttMs);
    this.giveUp(given);
    return given.length;
  }

  /** Sends what is due; if `acknowledges`, acknowledgements also before that. Of what is new at most `maxNew` segments. */
  push(nowMs: number, acknowledges = false, maxNew?: number): void {
    const kcp = this.#kcp;
    const isDue = this.#wakeAtMs <= nowMs || this.#acknowledgeAtMs <= nowMs;
    if (kcp === undefined || !(isDue || acknowledges)) return;
    kcp.flush(nowMs, maxNew);
    this.#acknowledgeAtMs = NEVER;
    this.#wakeAtMs = kcp.wakeAtMs(nowMs) ?? NEVER;
  }

  #opened(): Kcp {
    this.#kcp ??= new Kcp(this.#options, this.#sink);
    return this.#kcp;
  }

  /** 0 while no round trip was measured. */
  get #srttMs(): number {
    return this.#kcp?.srttMs ?? 0;
  }
}
