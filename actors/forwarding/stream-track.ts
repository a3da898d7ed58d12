/**
 * One track of a stream, whoever publishes it: forwarding control, its own numbering, its history for repairs and for who
 * joins, and the asking for keyframes. The core of the actor `track-<kind>`.
 */
import type { Deadline } from '../../transports/clock.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { type HistoryLimits, PacketHistory } from '../../transports/rtp/history.ts';
import { setSequenceNumber, setTimestamp } from '../../transports/rtp/packet.ts';
import type { ForwardingReport } from '../protocol.ts';
import type {
  ControlState,
  ForwardingControl,
  MediaSource,
  SourcePacket,
} from './control/forwarding-control.ts';
import { type ControlSettings, newControl } from './control/new-control.ts';
import { KeyframeAsking } from './keyframe-asking.ts';
import { Numbering, type Position } from './numbering.ts';
import { CLOCK_RATES } from './stream-clock.ts';

/**
 * Each track's own share of memory, so that no publisher can evict what another has sent. Repairs are asked for two
 * seconds back at most (browsers drop older frames too); who joins is served from a keyframe of the last few seconds,
 * for which 4 MiB are what 8 Mbit/s send, the most that a publisher may by default.
 */
const HISTORY_LIMITS: Record<MediaKind, HistoryLimits> = {
  audio: { packets: 512, ageMs: 2000, bytes: 256 << 10 },
  video: { packets: 4096, ageMs: 4000, bytes: 4 << 20 },
};

/** A packet of the track, as it goes on. */
export interface TrackPacket {
  /** In canonical form, under the track's own numbers; it does not change any more. */
  readonly bytes: Uint8Array;
  /** The track's own, extended. */
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** The source's: what another node knows the packet by. */
  readonly sourceSequenceNumber: number;
  readonly sourceTimestamp: number;
  /** Whoever has seen nothing before it can begin with it. */
  readonly beginsKeyframe: boolean;
}

export class StreamTrack {
  readonly kind: MediaKind;
  readonly keyframes = new KeyframeAsking();
  readonly #isControlled: boolean;
  readonly #control: ForwardingControl;
  readonly #numbering: Numbering;
  readonly #history: PacketHistory<TrackPacket>;
  readonly #outputs: TrackPacket[] = [];
  /** How many packets have gone on under forwarding control. */
  #count = 0;
  /** The source's timestamps of the frame that passed last, and of the keyframe that began last. */
  #frameTimestamp: number | undefined;
  #keyframeTimestamp: number | undefined;
  /** The track's number of the packet that the last keyframe begins with. */
  #keyframe: number | undefined;

  constructor(kind: MediaKind, start: Position, settings: ControlSettings) {
    this.kind = kind;
    this.#isControlled = settings.forwardingControl === 'on';
    this.#control = newControl(kind, settings);
    this.#numbering = new Numbering(CLOCK_RATES[kind], start);
    this.#history = new PacketHistory(HISTORY_LIMITS[kind]);
  }

  /** Where the numbering stands, for a successor to go on from. */
  get position(): Position {
    return this.#numbering.position;
  }

  get state(): ControlState {
    return this.#control.state;
  }

  /** Takes a packet of the source in; what goes on is polled. */
  receive(nowMs: number, packet: SourcePacket): void {
    this.#control.receive(nowMs, packet);
    this.#drain(nowMs);
  }

  deadline(): Deadline | undefined {
    return this.#control.deadline();
  }

  advance(nowMs: number): void {
    this.#control.advance(nowMs);
    this.#drain(nowMs);
  }

  /** The next packet that goes on, until there is none. */
  poll(): TrackPacket | undefined {
    return this.#outputs.shift();
  }

  /** Another publication is the stream from now on: nobody begins with what the one before has sent. */
  beginPublication(): void {
    this.keyframes.reset();
    this.#keyframe = undefined;
    this.#keyframeTimestamp = undefined;
  }

  /** Whether forwarding control needs a keyframe that it has not asked for yet. */
  takeKeyframeWish(): boolean {
    return this.#control.takeKeyframeWish();
  }

  /**
   * What has passed since the last keyframe began, that included, if it began at most `maxAgeMs` ago and is still kept;
   * else nothing.
   */
  sinceKeyframe(nowMs: number, maxAgeMs: number): readonly TrackPacket[] {
    const from = this.#keyframe;
    if (from === undefined || this.#history.get(from) === undefined) return [];
    if (nowMs - this.#history.addedAtMs(from) > maxAgeMs) return [];
    const packets: TrackPacket[] = [];
    for (let number = from; number <= this.#history.newest; number += 1) {
      const packet = this.#history.get(number);
      if (packet !== undefined) packets.push(packet);
    }
    return packets;
  }

  /** The numbers that history reaches from and to. */
  get oldest(): number {
    return this.#history.oldest;
  }

  get newest(): number {
    return this.#history.newest;
  }

  /** The packet of that number, while history has it. */
  packet(sequenceNumber: number): TrackPacket | undefined {
    return this.#history.get(sequenceNumber);
  }

  /** The track's own timestamp for one of the source's, or undefined when another source has taken over. */
  timestampOf(source: MediaSource, timestamp: number): number | undefined {
    return this.#numbering.timestampOf(source, timestamp);
  }

  report(): ForwardingReport {
    const { heldMs, heldMsMax, ...counters } = this.#control.counters;
    return {
      state: this.state,
      ...counters,
      heldMs: Math.round(heldMs),
      heldMsMax: Math.round(heldMsMax),
      keyframesAsked: this.keyframes.asked,
      historyBytes: this.#history.byteLength,
    };
  }

  #drain(nowMs: number): void {
    for (let packet = this.#control.poll(); packet !== undefined; packet = this.#control.poll())
      this.#pass(nowMs, packet);
  }

  /** Writes the track's own numbers into the packet, and keeps it. */
  #pass(nowMs: number, packet: SourcePacket): void {
    const { bytes, source, sequenceNumber, timestamp, isEmpty } = packet;
    // Padding has had its place in the source's row, and needs none in ours, where there are no gaps.
    if (isEmpty && this.#isControlled) return;
    const place = this.#isControlled ? this.#count++ : sequenceNumber;
    const numbered = this.#numbering.number(nowMs, source, place, timestamp);
    if (numbered === undefined) return;
    setSequenceNumber(bytes, numbered.sequenceNumber & 0xffff);
    setTimestamp(bytes, numbered.timestamp);
    const passed: TrackPacket = {
      bytes,
      ...numbered,
      sourceSequenceNumber: sequenceNumber,
      sourceTimestamp: timestamp,
      beginsKeyframe: this.#beginsKeyframe(packet),
    };
    this.#frameTimestamp = timestamp;
    if (passed.beginsKeyframe) {
      this.#keyframe = passed.sequenceNumber;
      this.#keyframeTimestamp = timestamp;
      this.keyframes.satisfied();
    }
    this.#history.add(passed.sequenceNumber, passed, nowMs);
    this.#outputs.push(passed);
  }

  /** Of a keyframe's packets that could begin it, the first does. */
  #beginsKeyframe({ keyframe, timestamp }: SourcePacket): boolean {
    if (keyframe === 'no' || timestamp === this.#keyframeTimestamp) return false;
    return keyframe === 'yes' || timestamp !== this.#frameTimestamp;
  }
}
