/**
 * One KCP association within a link: that of the control messages, or of a track in one direction. Made small: KCP's
 * windows take memory only once there is something to carry.
 */
import { Fifo } from '../kcp/fifo.ts';
import { Kcp } from '../kcp/kcp.ts';
import type { KcpOptions } from '../kcp/options.ts';
import { ahead } from '../kcp/wrapping.ts';
import type { MediaKind } from '../rtp/codec.ts';
import { ACKNOWLEDGE_WITHIN_MS, TRACK_QUEUE_MAX_AGE_MS, TRACK_QUEUE_MAX_SEGMENTS } from './limits.ts';

/** Which track of which subscription. */
export interface TrackOf {
  readonly subscription: number;
  readonly kind: MediaKind;
  /** As this end sees it. */
  readonly direction: 'inbound' | 'outbound';
}

/** A message that the peer has not acknowledged in whole. */
interface Waiting {
  readonly sentAtMs: number;
  /** KCP's number for the segment after its last. */
  readonly endSequence: number;
}

export class Conversation {
  /** Absent: the conversation of the control messages. */
  readonly track: TrackOf | undefined;
  readonly #options: KcpOptions;
  #kcp: Kcp | undefined;
  readonly #waiting = new Fifo<Waiting>();
  #nextSequence: number;
  /** When what has come must be acknowledged; not set while all has been. */
  #acknowledgeAtMs: number | undefined;
  /** When KCP has something else to send; as of the last push or receive. */
  #wakeAtMs: number | undefined;

  constructor(options: KcpOptions, track?: TrackOf) {
    this.#options = options;
    this.track = track;
    this.#nextSequence = options.firstSequence ?? 0;
  }

  get id(): number {
    return this.#options.conversation;
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

  /** When to push. */
  get deadlineMs(): number | undefined {
    if (this.#acknowledgeAtMs === undefined || this.#wakeAtMs === undefined)
      return this.#acknowledgeAtMs ?? this.#wakeAtMs;
    return Math.min(this.#acknowledgeAtMs, this.#wakeAtMs);
  }

  /** Whether acknowledgements wait for others to share their datagram. */
  get owesAcknowledgements(): boolean {
    return this.#acknowledgeAtMs !== undefined;
  }

  /** Whether so much waits, or for so long, that a track should send no more. */
  isBehind(nowMs: number): boolean {
    const oldest = this.#oldestWaiting();
    if (oldest === undefined) return false;
    return (
      this.waitingSegments >= TRACK_QUEUE_MAX_SEGMENTS || nowMs - oldest.sentAtMs > TRACK_QUEUE_MAX_AGE_MS
    );
  }

  /** Copies the message, which the caller has made sure is not too long for KCP. */
  send(nowMs: number, message: Uint8Array): void {
    const kcp = this.#opened();
    const before = kcp.waitingSegments;
    kcp.send(nowMs, message);
    this.#wakeAtMs = kcp.wakeAtMs(nowMs);
    this.#nextSequence = (this.#nextSequence + kcp.waitingSegments - before) >>> 0;
    this.#oldestWaiting();
    this.#waiting.push({ sentAtMs: nowMs, endSequence: this.#nextSequence });
  }

  /** Whether KCP took all of it. `bytes` are borrowed. */
  receive(nowMs: number, bytes: Uint8Array): boolean {
    const kcp = this.#opened();
    kcp.tick(nowMs);
    const isWhole = kcp.receive(nowMs, bytes) === undefined;
    if (kcp.owesAcknowledgements) this.#acknowledgeAtMs ??= nowMs + ACKNOWLEDGE_WITHIN_MS;
    this.#wakeAtMs = kcp.wakeAtMs(nowMs);
    return isWhole;
  }

  pollMessage(): Uint8Array | undefined {
    return this.#kcp?.pollMessage();
  }

  /** Sends what is due; with that, or if `all`, what would be soon. */
  push(nowMs: number, all = false): void {
    const kcp = this.#kcp;
    const { deadlineMs } = this;
    if (kcp === undefined || deadlineMs === undefined || (deadlineMs > nowMs && !all)) return;
    kcp.flush(nowMs);
    this.#acknowledgeAtMs = undefined;
    this.#wakeAtMs = kcp.wakeAtMs(nowMs);
  }

  /** The next of KCP's datagrams. */
  poll(): Uint8Array | undefined {
    return this.#kcp?.poll();
  }

  #opened(): Kcp {
    this.#kcp ??= new Kcp(this.#options);
    return this.#kcp;
  }

  #oldestWaiting(): Waiting | undefined {
    if (this.#kcp === undefined) return undefined;
    const { firstUnacknowledged } = this.#kcp;
    let { first } = this.#waiting;
    while (first !== undefined && ahead(firstUnacknowledged, first.endSequence) >= 0) {
      this.#waiting.shift();
      ({ first } = this.#waiting);
    }
    return first;
  }
}
