/**
 * What a track has under way to the peer, and what of it is no use any more. Whatever cannot arrive in time is given up:
 * audio by the packet; of video the whole frame, and all that was sent after it, so that a line which has too little room
 * becomes free. Once the peer is caught up with, the owner is asked to go on from a packet that a picture can start with.
 */
import { Fifo } from '../kcp/fifo.ts';
import { ahead } from '../kcp/wrapping.ts';
import type { MediaKind } from '../rtp/codec.ts';
import type { RelayFrame } from './frame.ts';
import { AUDIO_PATIENCE_MS, PATIENCE_ROUND_TRIPS, VIDEO_PATIENCE_MS } from './limits.ts';

/** KCP's numbers of a message's segments: from the first to before the end. */
export interface SegmentRange {
  readonly first: number;
  readonly end: number;
}

/** A frame that the peer has not acknowledged in whole. */
interface Waiting extends SegmentRange {
  readonly sentAtMs: number;
  readonly frame: Pick<RelayFrame, 'kind' | 'epoch' | 'timestamp'> & { readonly sequenceNumber?: number };
  readonly canStart: boolean;
  isGivenUp: boolean;
}

/** The packet of the stream that the peer has had, with all that went before it. */
export interface Delivered {
  readonly epoch: number;
  readonly sequenceNumber: number;
}

type State =
  | 'sending'
  /** Something was given up: nothing more is sent until the peer is caught up with. */
  | 'dropping'
  /** The owner was asked to go on: what a picture can start with is sent, and all after it. */
  | 'starting';

export class TrackSender {
  readonly #kind: MediaKind;
  readonly #waiting = new Fifo<Waiting>();
  #state: State = 'sending';
  #delivered: Delivered | undefined;
  /** Something was given up that came before what is waited for: what is delivered then does not follow. */
  #hasGap = false;

  constructor(kind: MediaKind) {
    this.#kind = kind;
  }

  get state(): State {
    return this.#state;
  }

  /** The last packet before the first that was given up. */
  get delivered(): Delivered | undefined {
    return this.#delivered;
  }

  /** How long the oldest frame has waited that is not given up. */
  ageMs(nowMs: number): number {
    const oldest = this.#oldest();
    return oldest === undefined ? 0 : nowMs - oldest.sentAtMs;
  }

  /** Whether a frame may be sent; `canStart` when a picture can go on with it from what the peer has. */
  admits(canStart: boolean): boolean {
    if (this.#state === 'starting' && canStart) this.#state = 'sending';
    return this.#state === 'sending';
  }

  sent(sentAtMs: number, { first, end }: SegmentRange, frame: RelayFrame, canStart: boolean): void {
    const { kind, epoch, timestamp } = frame;
    const about =
      frame.kind === 'media'
        ? { kind, epoch, timestamp, sequenceNumber: frame.sequenceNumber }
        : { kind, epoch, timestamp };
    this.#waiting.push({ sentAtMs, first, end, frame: about, canStart, isGivenUp: false });
  }

  /** The peer has all segments before this one. */
  acknowledgedBefore(sequence: number): void {
    let { first } = this.#waiting;
    while (first !== undefined && ahead(sequence, first.end) >= 0) {
      if (first.frame.sequenceNumber !== undefined) this.#note(first, first.frame.sequenceNumber);
      this.#waiting.shift();
      ({ first } = this.#waiting);
    }
  }

  /** When the first of what waits can no longer arrive in time. */
  giveUpAtMs(srttMs: number): number | undefined {
    const oldest = this.#oldest();
    return oldest && oldest.sentAtMs + this.#patienceMs + PATIENCE_ROUND_TRIPS * srttMs;
  }

  /** Gives up what cannot arrive in time, and gives the numbers of its segments. */
  expire(nowMs: number, srttMs: number): readonly SegmentRange[] {
    const given: SegmentRange[] = [];
    for (;;) {
      const atMs = this.giveUpAtMs(srttMs);
      if (atMs === undefined || atMs > nowMs) return given;
      const oldest = this.#oldest()!;
      if (this.#kind === 'audio' || oldest.frame.kind === 'clock') given.push(giveUp(oldest));
      else given.push(...this.#giveUpPicture());
    }
  }

  /**
   * There is no room for the packet that is to be sent: its frame is given up with what was sent of it, and all that would
   * follow. Audio goes on with the next.
   */
  overflow(frame: RelayFrame): readonly SegmentRange[] {
    if (this.#kind === 'audio' || frame.kind === 'clock') return [];
    this.#state = 'dropping';
    const given: SegmentRange[] = [];
    for (let index = 0; index < this.#waiting.size; index += 1) {
      const waiting = this.#waiting.at(index)!;
      if (!waiting.isGivenUp && isSameFrame(waiting.frame, frame)) given.push(giveUp(waiting));
    }
    return given;
  }

  /** The peer is caught up with, or is there again: whether the owner is to go on from what a picture can start with. */
  mayStart(): boolean {
    if (this.#state !== 'dropping') return false;
    this.#state = 'starting';
    return true;
  }

  #note({ frame, isGivenUp, canStart }: Waiting, sequenceNumber: number): void {
    if (isGivenUp) this.#hasGap = true;
    else if (canStart) this.#hasGap = false;
    if (!this.#hasGap) this.#delivered = { epoch: frame.epoch, sequenceNumber };
  }

  get #patienceMs(): number {
    return this.#kind === 'audio' ? AUDIO_PATIENCE_MS : VIDEO_PATIENCE_MS;
  }

  #oldest(): Waiting | undefined {
    for (let index = 0; index < this.#waiting.size; index += 1) {
      const waiting = this.#waiting.at(index)!;
      if (!waiting.isGivenUp) return waiting;
    }
    return undefined;
  }

  #giveUpPicture(): readonly SegmentRange[] {
    const given: SegmentRange[] = [];
    for (let index = 0; index < this.#waiting.size; index += 1) {
      const waiting = this.#waiting.at(index)!;
      if (!waiting.isGivenUp && waiting.frame.kind === 'media') given.push(giveUp(waiting));
    }
    this.#state = 'dropping';
    return given;
  }
}

function giveUp(waiting: Waiting): SegmentRange {
  waiting.isGivenUp = true;
  return waiting;
}

function isSameFrame(
  one: Waiting['frame'],
  other: Pick<RelayFrame, 'kind' | 'epoch' | 'timestamp'>,
): boolean {
  return one.kind === other.kind && one.epoch === other.epoch && one.timestamp === other.timestamp;
}
