/**
 * Forwarding control of a video track. A frame is of use only with all that it refers to, so that after a loss nothing
 * goes on until what is missing has come, in order, or a keyframe begins, which needs nothing before it: then what came
 * before is thrown away. Meanwhile the publisher is asked for the packets (by the NACKs of
 * transports/rtp/nack-generator.ts), and, when those have had their chance, for a keyframe.
 */
import { type Deadline, earlier } from '../../../transports/clock.ts';
import {
  ASSUMED_ROUND_TRIP_MS,
  type ControlState,
  type ForwardingControl,
  type MediaSource,
  newControlCounters,
  type SourcePacket,
} from './forwarding-control.ts';
import { HeldPackets } from './held-packets.ts';

/**
 * How long repairs are waited for before a keyframe is asked for, from the gap's beginning and from each repair that came:
 * time for four, each with what a sender's pacer and our own asking add. With 1 packet in 10 lost either way, all four fail
 * for 1 in 770. While repairs come, those behind them are on their way: a sender paces them, so that a long gap takes a
 * while, and a keyframe would only queue up behind them, and needs repairs itself.
 */
const REPAIRS_AWAITED = 4;
const REPAIR_SLACK_MS = 20;
/** However near the publisher is: a gap that is filled within this is no freeze (W3C webrtc-stats: 150 ms). */
const MIN_PATIENCE_MS = 150;
/** However far, and whatever has come: half of what a gap may last at all. */
const MAX_PATIENCE_MS = 1000;
/** Where nothing is repaired, or no picture has begun: what was merely overtaken on the way comes within this. */
const REORDER_MS = 10;
/** A gap that is older will not be filled: nobody asks for its packets any more (nack-generator.ts). */
const MAX_HOLD_MS = 2000;
/** A request, or the keyframe that answers it, may be lost like anything else. */
const KEYFRAME_RETRY_MS = 1000;
/** The bits of an RTP header's second byte that tell the codec. */
const PAYLOAD_TYPE_MASK = 0x7f;

export class VideoControl implements ForwardingControl {
  readonly #held = new HeldPackets();
  readonly #released: SourcePacket[] = [];
  readonly counters = newControlCounters();
  #source: MediaSource | undefined;
  /** The number that goes on next; undefined while a keyframe is awaited. */
  #next: number | undefined;
  /** Of the packet of this source that came first: it begins a frame, as far as anybody can tell. */
  #firstNumber = 0;
  /** The highest number of this source that has come, and when one came that had been left out before it. */
  #newest = Number.NEGATIVE_INFINITY;
  #repairedAtMs = Number.NEGATIVE_INFINITY;
  /** The packet that went on last. */
  #last: SourcePacket | undefined;
  /** When a keyframe will be wished for, unless things mend; without end when none is needed. */
  #wishAtMs = Number.POSITIVE_INFINITY;
  #wishedAtMs = Number.NEGATIVE_INFINITY;
  #wishes = false;

  get state(): ControlState {
    if (this.#next === undefined) return 'awaiting keyframe';
    return this.#held.size === 0 ? 'forwarding' : 'holding';
  }

  receive(nowMs: number, packet: SourcePacket): void {
    if (packet.source !== this.#source) this.#begin(packet);
    else if (packet.afterLongGap) this.#awaitKeyframe();
    const { sequenceNumber } = packet;
    if (this.#next !== undefined && sequenceNumber < this.#next) {
      this.counters.late += 1;
      return;
    }
    if (sequenceNumber < this.#newest) this.#repairedAtMs = nowMs;
    this.#newest = Math.max(this.#newest, sequenceNumber);
    this.#hold(nowMs, packet);
    if (sequenceNumber === this.#next) {
      const wasHolding = this.#held.size > 1;
      this.#release(nowMs);
      if (wasHolding && this.#next > sequenceNumber + 1) this.counters.gapsFilled += 1;
    } else if (!this.#jumpTo(nowMs, sequenceNumber)) {
      // The one behind it may be a slice that only now is known to begin its frame.
      this.#jumpTo(nowMs, sequenceNumber + 1);
    }
    this.#planWish(nowMs);
    this.advance(nowMs);
  }

  deadline(): Deadline | undefined {
    const wish: Deadline = { atMs: this.#wishAtMs, reason: 'wish for a keyframe' };
    const { oldestAtMs } = this.#held;
    if (this.#next !== undefined && oldestAtMs !== undefined)
      return earlier(wish, { atMs: oldestAtMs + MAX_HOLD_MS, reason: 'give up a gap' });
    return Number.isFinite(this.#wishAtMs) ? wish : undefined;
  }

  advance(nowMs: number): void {
    const { oldestAtMs } = this.#held;
    if (this.#next !== undefined && oldestAtMs !== undefined && nowMs >= oldestAtMs + MAX_HOLD_MS)
      this.#awaitKeyframe();
    if (nowMs < this.#wishAtMs) return;
    this.#wishes = true;
    this.#wishedAtMs = nowMs;
    // While nothing comes there is nobody to ask again: the next packet plans it.
    this.#wishAtMs = Number.POSITIVE_INFINITY;
  }

  poll(): SourcePacket | undefined {
    return this.#released.shift();
  }

  takeKeyframeWish(): boolean {
    const wishes = this.#wishes;
    this.#wishes = false;
    return wishes;
  }

  #begin({ source, sequenceNumber }: SourcePacket): void {
    this.counters.discarded += this.#held.dropAll();
    this.#source = source;
    this.#firstNumber = sequenceNumber;
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#repairedAtMs = Number.NEGATIVE_INFINITY;
    this.#last = undefined;
    this.#awaitKeyframe();
  }

  #awaitKeyframe(): void {
    this.#next = undefined;
    this.#wishAtMs = Number.POSITIVE_INFINITY;
  }

  #hold(nowMs: number, packet: SourcePacket): void {
    const { counters } = this;
    if (this.#next === undefined) counters.discarded += this.#held.dropOlderThan(nowMs - MAX_HOLD_MS);
    if (packet.sequenceNumber !== this.#next) counters.held += 1;
    while (!this.#held.add(nowMs, packet)) {
      // So much has come without the missing packet that it will not be waited for, nor the oldest of what is held.
      if (this.#next !== undefined) this.#awaitKeyframe();
      counters.discarded += this.#held.dropOlderThan(this.#held.oldestAtMs! + 1);
    }
  }

  /** Goes on from packet `start`, if it is there and begins a keyframe: nothing before it is needed. */
  #jumpTo(nowMs: number, start: number): boolean {
    if (!this.#beginsKeyframe(start)) return false;
    if (this.#next !== undefined) this.counters.gapsSkipped += 1;
    this.counters.discarded += this.#held.dropBefore(start);
    this.#source?.giveUpBefore(start);
    this.#next = start;
    this.#wishedAtMs = Number.NEGATIVE_INFINITY;
    this.#release(nowMs);
    return true;
  }

  #beginsKeyframe(number: number): boolean {
    const packet = this.#held.get(number);
    if (packet === undefined || packet.keyframe === 'no') return false;
    if (packet.keyframe === 'yes' || number === this.#firstNumber) return true;
    const before = this.#last?.sequenceNumber === number - 1 ? this.#last : this.#held.get(number - 1);
    return before !== undefined && before.timestamp !== packet.timestamp;
  }

  /** Lets go what is held in order from `#next` on. */
  #release(nowMs: number): void {
    let waitedMs = 0;
    for (let held = this.#held.take(this.#next!); held !== undefined; held = this.#held.take(this.#next!)) {
      const { packet, atMs } = held;
      if (this.#isOfNewCodec(packet)) {
        this.counters.discarded += 1;
        return this.#awaitKeyframe();
      }
      waitedMs = Math.max(waitedMs, nowMs - atMs);
      this.#next = packet.sequenceNumber + 1;
      this.#last = packet;
      this.#released.push(packet);
    }
    this.counters.heldMs += waitedMs;
    this.counters.heldMsMax = Math.max(this.counters.heldMsMax, waitedMs);
    // One of several gaps, or a part of one, is not what the keyframe was wished for.
    if (this.#held.size === 0) this.#wishedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** A change of codec is a new picture: nothing of it can be decoded before its first keyframe. */
  #isOfNewCodec({ bytes, isEmpty, keyframe }: SourcePacket): boolean {
    if (this.#last === undefined || isEmpty || keyframe !== 'no') return false;
    return ((this.#last.bytes[1]! ^ bytes[1]!) & PAYLOAD_TYPE_MASK) !== 0;
  }

  #planWish(nowMs: number): void {
    const againAtMs = this.#wishedAtMs + KEYFRAME_RETRY_MS;
    const { oldestAtMs } = this.#held;
    if (this.#next === undefined)
      this.#wishAtMs = Math.min(this.#wishAtMs, Math.max(nowMs + REORDER_MS, againAtMs));
    else if (oldestAtMs !== undefined) this.#wishAtMs = Math.max(this.#patientUntilMs(oldestAtMs), againAtMs);
    else this.#wishAtMs = Number.POSITIVE_INFINITY;
  }

  /** `gapAtMs`: when the first packet behind the gap came. */
  #patientUntilMs(gapAtMs: number): number {
    const { missing = 'gone', roundTripMs = ASSUMED_ROUND_TRIP_MS } = this.#source ?? {};
    if (missing === 'gone') return gapAtMs;
    if (missing === 'reordered') return gapAtMs + REORDER_MS;
    const patienceMs = Math.max(MIN_PATIENCE_MS, REPAIRS_AWAITED * (roundTripMs + REPAIR_SLACK_MS));
    return Math.min(gapAtMs + MAX_PATIENCE_MS, Math.max(gapAtMs, this.#repairedAtMs) + patienceMs);
  }
}
