/**
 * Forwarding control of an audio track. Each packet stands for itself, so that what is missing is waited for only as long
 * as a listener's jitter buffer can bridge: at most the lesser of ten round trips and 300 ms, after which the sound goes
 * on without it. A decoder conceals what the timestamps leave out; what comes too late it cannot use.
 */
import type { Deadline } from '../../../transports/clock.ts';
import {
  ASSUMED_ROUND_TRIP_MS,
  type ControlSettings,
  type ControlState,
  type ForwardingControl,
  type MediaSource,
  newControlCounters,
  type SourcePacket,
} from './forwarding-control.ts';
import { HeldPackets } from './held-packets.ts';

/** Room for some three repairs, each of which may be lost like what it repairs. */
const HOLD_ROUND_TRIPS = 10;
/** What a listener's buffer can grow to without a conversation suffering (ITU-T G.114: 400 ms in all, one way). */
export const MAX_HOLD_MS = 300;

export class AudioControl implements ForwardingControl {
  readonly #settings: Pick<ControlSettings, 'audioReorderMs'>;
  readonly #held = new HeldPackets();
  readonly #released: SourcePacket[] = [];
  readonly counters = newControlCounters();
  #source: MediaSource | undefined;
  /** The number that goes on next; undefined before the first packet. */
  #next: number | undefined;

  constructor(settings: Pick<ControlSettings, 'audioReorderMs'>) {
    this.#settings = settings;
  }

  get state(): ControlState {
    return this.#held.size === 0 ? 'forwarding' : 'holding';
  }

  receive(nowMs: number, packet: SourcePacket): void {
    if (packet.source !== this.#source || packet.afterLongGap) this.#begin(nowMs, packet);
    this.#next ??= packet.sequenceNumber;
    if (packet.sequenceNumber < this.#next) {
      this.counters.late += 1;
      return;
    }
    if (packet.sequenceNumber === this.#next) {
      this.#release(packet);
      if (this.#releaseHeld(nowMs)) this.counters.gapsFilled += 1;
      return;
    }
    // So many that they fill the buffer would be too old long before.
    if (!this.#held.add(nowMs, packet)) {
      this.#skipGap(nowMs);
      this.receive(nowMs, packet);
      return;
    }
    this.counters.held += 1;
    // Where nothing is waited for, it goes on at once.
    this.advance(nowMs);
  }

  deadline(): Deadline | undefined {
    const { oldestAtMs } = this.#held;
    if (oldestAtMs === undefined) return undefined;
    return { atMs: oldestAtMs + this.#holdMs(), reason: 'audio goes on' };
  }

  advance(nowMs: number): void {
    for (let due = this.deadline(); due !== undefined && nowMs >= due.atMs; due = this.deadline())
      this.#skipGap(nowMs);
  }

  poll(): SourcePacket | undefined {
    return this.#released.shift();
  }

  takeKeyframeWish(): boolean {
    return false;
  }

  #holdMs(): number {
    const { roundTripMs = ASSUMED_ROUND_TRIP_MS, missing = 'gone' } = this.#source ?? {};
    if (missing === 'gone') return 0;
    const holdMs = Math.min(HOLD_ROUND_TRIPS * roundTripMs, MAX_HOLD_MS);
    return missing === 'repaired' ? holdMs : Math.min(holdMs, this.#settings.audioReorderMs);
  }

  /** Another source, or the same far ahead: what is held of the one before is still good. */
  #begin(nowMs: number, { source }: SourcePacket): void {
    while (this.#held.size > 0) this.#skipGap(nowMs);
    this.#source = source;
    this.#next = undefined;
  }

  /** Goes on with what is held next, without what is missing before it. */
  #skipGap(nowMs: number): void {
    const { lowest } = this.#held;
    if (lowest === undefined) return;
    this.counters.gapsSkipped += 1;
    this.#next = lowest;
    this.#source?.giveUpBefore(lowest);
    this.#releaseHeld(nowMs);
  }

  /** Lets go what is in order; whether anything was. */
  #releaseHeld(nowMs: number): boolean {
    let held = this.#held.take(this.#next!);
    if (held === undefined) return false;
    const waitedMs = nowMs - held.atMs;
    this.counters.heldMs += waitedMs;
    this.counters.heldMsMax = Math.max(this.counters.heldMsMax, waitedMs);
    for (; held !== undefined; held = this.#held.take(this.#next!)) this.#release(held.packet);
    return true;
  }

  #release(packet: SourcePacket): void {
    this.#next = packet.sequenceNumber + 1;
    this.#released.push(packet);
  }
}
