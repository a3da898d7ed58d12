/**
 * A jitter buffer for receivers that decode here, or write down: packets go in as they come, and come out in order, when
 * they are due, each once. It works as NetEQ does, for packets of audio and for whole frames of video.
 *
 * Audio plays on: what is missing when its successor is due is lost. Where nothing came in time, the sound has stood
 * still, and goes on from there. Video waits: a frame comes out when it is whole, even if late, and those behind it wait
 * a while for what is missing, since they would be decoded into rubbish.
 */
import type { Deadline } from '../clock.ts';
import { SequenceUnwrapper } from '../rtp/sequence.ts';
import type { TargetLimits } from './buffer-target.ts';
import { type HeldPacket, HeldPackets, type MediaPacket } from './held-packets.ts';
import { MAX_HOLD_MS, type Pace, PlayoutLine } from './playout-line.ts';
import { RecentlyLost } from './recently-lost.ts';

/** How long an incomplete frame is waited for once it is due: a few round trips of retransmission. */
const DEFAULT_PATIENCE_MS = 500;
/** Owners' timers are no more exact; and a line that stretches does not make them ring twice. */
const SLACK_MS = 1;
/** After a stop of the sound as long as this, half the target is gathered first, as NetEQ does. */
const LONG_STOP_MS = 100;

export type JitterOutput<Payload> =
  | ({ readonly kind: 'packet' } & MediaPacket<Payload>)
  /** A whole frame; its packets are in order. */
  | { readonly kind: 'frame'; readonly timestamp: number; readonly packets: readonly MediaPacket<Payload>[] }
  /** So many packets from that number on never come out: they did not come, or are of a frame that is not whole. */
  | { readonly kind: 'lost'; readonly sequenceNumber: number; readonly count: number };

export interface JitterBufferOptions {
  /** In Hz. */
  readonly clockRate: number;
  /** What comes out: audio's packets, or video's frames. */
  readonly unit: 'packet' | 'frame';
  readonly limits?: TargetLimits;
  /** How long past its time an incomplete frame is waited for. */
  readonly patienceMs?: number;
}

export class JitterBuffer<Payload = Uint8Array> {
  readonly #unit: 'packet' | 'frame';
  readonly #patienceMs: number;
  readonly #line: PlayoutLine;
  #timestamps = new SequenceUnwrapper(32);
  readonly #held = new HeldPackets<Payload>();
  #recentlyLost = new RecentlyLost();
  #highest = Number.NEGATIVE_INFINITY;
  /** The first sequence number that has not come out; undefined before any has. */
  #next: number | undefined;
  /** `#next` is the first packet of a frame, as far as is known. */
  #isFrameNext = true;
  /** Came when it had been given up. */
  packetsLate = 0;
  packetsRepeated = 0;
  /** Came out as lost. */
  packetsLost = 0;
  /** Found no room. */
  packetsRefused = 0;

  constructor({ clockRate, unit, limits, patienceMs = DEFAULT_PATIENCE_MS }: JitterBufferOptions) {
    this.#unit = unit;
    this.#patienceMs = unit === 'packet' ? 0 : patienceMs;
    this.#line = new PlayoutLine(clockRate, limits);
  }

  get targetMs(): number {
    return this.#line.targetMs;
  }

  /** How far behind the fastest packets of late is what is played now; undefined while nothing is. */
  get delayMs(): number | undefined {
    return this.#line.delayMs;
  }

  /** How whoever decodes is to stretch the sound; when packets come out follows it, at no more than 100 ms a second. */
  get pace(): Pace {
    return this.#line.pace;
  }

  get packetsHeld(): number {
    return this.#held.size;
  }

  /** The sender's own bounds, from the playout-delay extension. */
  setLimits(limits: TargetLimits): void {
    this.#line.setLimits(limits);
  }

  /** A packet has come, in any order, perhaps not for the first time. Time never goes back. */
  receive(nowMs: number, packet: MediaPacket<Payload>): void {
    const { sequenceNumber } = packet;
    const isLate = this.#next !== undefined && sequenceNumber < this.#next;
    if (isLate ? !this.#recentlyLost.take(sequenceNumber) : this.#held.has(sequenceNumber)) {
      this.packetsRepeated += 1;
      return;
    }
    const timestamp = this.#timestamps.unwrap(packet.timestamp);
    if (!isLate && !this.#held.add({ packet, timestamp, arrivedMs: nowMs })) {
      this.packetsRefused += 1;
      return;
    }
    this.#line.receive(nowMs, timestamp, sequenceNumber < this.#highest);
    this.#highest = Math.max(this.#highest, sequenceNumber);
    // Late ones tell that to hold back for longer might be worth it.
    if (isLate) this.packetsLate += 1;
    else this.#moveLine(this.#held.lowest!);
  }

  /** What is due, one after the other, until there is nothing more. */
  poll(nowMs: number): JitterOutput<Payload> | undefined {
    this.#line.advance(nowMs);
    const head = this.#held.lowest;
    if (head === undefined) return undefined;
    this.#moveLine(head);
    return this.#unit === 'packet' ? this.#pollPacket(nowMs, head) : this.#pollFrame(nowMs, head);
  }

  deadline(): Deadline | undefined {
    const head = this.#held.lowest;
    if (head === undefined) return undefined;
    return this.#unit === 'frame' && this.#frame(head).state === 'awaited'
      ? { atMs: this.#givenUpMs(head), reason: 'no more waiting for a frame' }
      : { atMs: this.#dueMs(head), reason: 'what comes next is due' };
  }

  /** Another source: what is held is thrown away, and the numbers begin anew. */
  restart(): void {
    this.#line.restart();
    this.#timestamps = new SequenceUnwrapper(32);
    this.#held.clear();
    this.#recentlyLost = new RecentlyLost();
    this.#highest = Number.NEGATIVE_INFINITY;
    this.#next = undefined;
    this.#isFrameNext = true;
  }

  #pollPacket(nowMs: number, head: HeldPacket<Payload>): JitterOutput<Payload> | undefined {
    if (nowMs + SLACK_MS < this.#dueMs(head)) return undefined;
    const { sequenceNumber } = head.packet;
    if (this.#next !== undefined && this.#next < sequenceNumber) return this.#lose(sequenceNumber);
    this.#take();
    return { kind: 'packet', ...head.packet };
  }

  #pollFrame(nowMs: number, head: HeldPacket<Payload>): JitterOutput<Payload> | undefined {
    const { state, end, isEnded } = this.#frame(head);
    const atMs = state === 'awaited' ? this.#givenUpMs(head) : this.#dueMs(head);
    if (nowMs + SLACK_MS < atMs) return undefined;
    if (state === 'whole') {
      const packets: MediaPacket<Payload>[] = [];
      while ((this.#held.lowest?.packet.sequenceNumber ?? end) < end) packets.push(this.#take().packet);
      this.#isFrameNext = true;
      return { kind: 'frame', timestamp: head.packet.timestamp, packets };
    }
    const { sequenceNumber, isFrameStart } = head.packet;
    // Only what is missing before it: the frame itself may yet be whole.
    if (this.#isGapBefore(head) && isFrameStart === true) {
      this.#isFrameNext = true;
      return this.#lose(sequenceNumber);
    }
    this.#isFrameNext = isEnded;
    return this.#lose(end);
  }

  /**
   * How it stands with the packets that are in a row with `head` and of its timestamp; `end` is the number after the last.
   * They are `awaited` while something is missing, and `beheaded` when what is missing has been given up.
   */
  #frame(head: HeldPacket<Payload>): {
    readonly state: 'whole' | 'awaited' | 'beheaded';
    readonly end: number;
    readonly isEnded: boolean;
  } {
    let { marker, sequenceNumber: end } = head.packet;
    let isEnded = false;
    for (;;) {
      end += 1;
      isEnded = marker === true;
      const following = this.#held.get(end);
      if (isEnded || following === undefined) break;
      isEnded = following.timestamp !== head.timestamp;
      if (isEnded) break;
      marker = following.packet.marker;
    }
    if (this.#isGapBefore(head)) return { state: 'awaited', end, isEnded };
    if (!(head.packet.isFrameStart ?? this.#isFrameNext)) return { state: 'beheaded', end, isEnded };
    return { state: isEnded ? 'whole' : 'awaited', end, isEnded };
  }

  #isGapBefore({ packet }: HeldPacket<Payload>): boolean {
    return this.#next !== undefined && this.#next < packet.sequenceNumber;
  }

  #dueMs(head: HeldPacket<Payload>): number {
    return Math.min(this.#line.dueMs(head.timestamp), this.#heldLimitMs());
  }

  #givenUpMs(head: HeldPacket<Payload>): number {
    return Math.min(this.#line.dueMs(head.timestamp) + this.#patienceMs, this.#heldLimitMs());
  }

  #heldLimitMs(): number {
    return (this.#held.oldestArrivedMs ?? Number.POSITIVE_INFINITY) + MAX_HOLD_MS;
  }

  /** Where the line does not go on through `head`, it begins anew there. */
  #moveLine({ timestamp, arrivedMs }: HeldPacket<Payload>): void {
    const lateMs = arrivedMs - this.#line.dueMs(timestamp);
    if (Math.abs(lateMs) > MAX_HOLD_MS) this.#line.setDue(arrivedMs + this.targetMs, timestamp);
    else if (this.#unit === 'packet' && lateMs > 0)
      this.#line.setDue(arrivedMs + (lateMs > LONG_STOP_MS ? this.targetMs / 2 : 0), timestamp);
  }

  /** Takes out the lowest packet, which the row goes on with. */
  #take(): HeldPacket<Payload> {
    const taken = this.#held.takeLowest()!;
    this.#recentlyLost.note(taken.packet.sequenceNumber, 1, false);
    this.#next = taken.packet.sequenceNumber + 1;
    return taken;
  }

  /** Gives up what is missing before `end`, and what is held of it. */
  #lose(end: number): JitterOutput<Payload> {
    const sequenceNumber = this.#next ?? this.#held.lowest!.packet.sequenceNumber;
    const head = this.#held.lowest!.packet.sequenceNumber;
    const missing = Math.min(end, head) - sequenceNumber;
    if (missing > 0) this.#recentlyLost.note(sequenceNumber, missing, true);
    while (this.#held.lowest !== undefined && this.#held.lowest.packet.sequenceNumber < end) this.#take();
    this.#next = end;
    this.packetsLost += end - sequenceNumber;
    return { kind: 'lost', sequenceNumber, count: end - sequenceNumber };
  }
}
