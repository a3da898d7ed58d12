/**
 * One track of a stream, whoever publishes it: forwarding control, its own numbering, its history for repairs and for who
 * joins, the asking for keyframes, and what its packets tell of the path and the speaker. The core of the actor
 * `track-<kind>`.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { BufferTarget } from '../../transports/jitter/buffer-target.ts';
import { SlabPacket } from '../../transports/memory/slab-packet.ts';
import type { TrackWriter } from '../../transports/memory/track-writer.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { readAudioLevel } from '../../transports/rtp/extensions.ts';
import { ourExtensionIds } from '../../transports/rtp/header-extensions.ts';
import { PacketHistory } from '../../transports/rtp/history.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import type { ForwardingReport } from '../protocol.ts';
import type {
  ControlSettings,
  ControlState,
  ForwardingControl,
  MediaSource,
  SourcePacket,
} from './control/forwarding-control.ts';
import { newControl } from './control/new-control.ts';
import { HISTORY_LIMITS } from './history-limits.ts';
import { KeyframeAsking } from './keyframe-asking.ts';
import { Numbering, type Position } from './numbering.ts';
import { PlayoutHint } from './playout-hint.ts';
import { SpeakerActivity } from './speaker-activity.ts';
import { CLOCK_RATES } from './stream-clock.ts';

/** Until so much has passed, a new source's jitter is nothing to go by. */
const JITTER_MEASURED_MS = 2000;

/** A packet of the track, as it goes on. */
export interface TrackPacket {
  /** In canonical form; it does not change any more. The numbers in its header are nobody's: these are. */
  readonly bytes: Uint8Array;
  /** Where the bytes lie in memory that cores share. */
  readonly stored?: SlabPacket;
  /** The track's own, extended. */
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** The source's: what another node knows the packet by. */
  readonly sourceSequenceNumber: number;
  readonly sourceTimestamp: number;
  readonly beginsFrame: boolean;
  /** Whoever has seen nothing before it can begin with it. */
  readonly beginsKeyframe: boolean;
}

/** Where a track stands: what its successor goes on from, with the same viewers. */
export interface TrackPosition extends Position {
  /** The source's packet that went on last: the viewers have had what was to go on up to it. */
  readonly passed?: Pick<SourcePacket, 'source' | 'sequenceNumber'>;
}

export class StreamTrack {
  readonly kind: MediaKind;
  readonly keyframes = new KeyframeAsking();
  readonly playoutHint = new PlayoutHint();
  /** Of a track of audio. */
  readonly speaker: SpeakerActivity | undefined;
  readonly #buffer: BufferTarget;
  #sourceSinceMs: number | undefined;
  /** What had gone on when this core began, and what has since. */
  readonly #passedBefore: TrackPosition['passed'];
  #passedSource: MediaSource | undefined;
  #passedNumber = 0;
  #source: MediaSource | undefined;
  readonly #isControlled: boolean;
  readonly #store: TrackWriter | undefined;
  readonly #control: ForwardingControl;
  readonly #numbering: Numbering;
  readonly #history: PacketHistory<TrackPacket>;
  readonly #rate = new RateMeter();
  readonly #outputs: TrackPacket[] = [];
  /** How many packets have gone on under forwarding control. */
  #count = 0;
  /** The source's timestamps of the frame that passed last, and of the keyframe that began last. */
  #frameTimestamp: number | undefined;
  #keyframeTimestamp: number | undefined;
  /** The track's number of the packet that the last keyframe begins with. */
  #keyframe: number | undefined;

  /** `store` puts packets into memory that cores share; without one they stay where they are. */
  constructor(kind: MediaKind, start: TrackPosition, settings: ControlSettings, store?: TrackWriter) {
    this.kind = kind;
    this.#store = store;
    this.#isControlled = settings.forwardingControl === 'on';
    this.#control = newControl(kind, settings);
    this.#numbering = new Numbering(CLOCK_RATES[kind], start);
    this.#passedBefore = start.passed;
    this.#history = new PacketHistory(HISTORY_LIMITS[kind]);
    this.#buffer = new BufferTarget(CLOCK_RATES[kind]);
    this.speaker = kind === 'audio' ? new SpeakerActivity() : undefined;
  }

  /** Where the numbering stands, for a successor to go on from. */
  get position(): TrackPosition {
    const source = this.#passedSource;
    const passed = source === undefined ? this.#passedBefore : { source, sequenceNumber: this.#passedNumber };
    return { ...this.#numbering.position, ...(passed !== undefined && { passed }) };
  }

  get state(): ControlState {
    return this.#control.state;
  }

  /** Nothing comes any more: its share of what cores share is free. */
  close(): void {
    this.#store?.close();
  }

  /** Takes a packet of the source in; what goes on is polled. */
  receive(nowMs: number, packet: SourcePacket): void {
    this.#control.receive(nowMs, packet);
    this.#drain(nowMs);
    this.keyframes.received(nowMs);
  }

  deadline(): Deadline | undefined {
    return earlier(this.#control.deadline(), this.speaker?.deadline());
  }

  advance(nowMs: number): void {
    this.#control.advance(nowMs);
    this.speaker?.advance(nowMs);
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

  /** How long players should hold the track back, by its jitter where it leaves this node, ms; undefined at first. */
  bufferTargetMs(nowMs: number): number | undefined {
    if (this.#sourceSinceMs === undefined || nowMs < this.#sourceSinceMs + JITTER_MEASURED_MS)
      return undefined;
    return this.#buffer.targetMs;
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

  /** The numbers that history reaches from and to, and at what rate they come at the moment. */
  kept(nowMs: number): { readonly oldest: number; readonly newest: number; readonly bytesPerMs: number } {
    const { oldest, newest } = this.#history;
    return { oldest, newest, bytesPerMs: this.#rate.bytesPerSecond(nowMs) / 1000 };
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
    const { source, sequenceNumber, timestamp, isEmpty } = packet;
    // Padding has had its place in the source's row, and needs none in ours, where there are no gaps.
    if (isEmpty && this.#isControlled) return;
    // Who sends the stream on begins with the last keyframe; the viewers who have seen that do not see it again.
    if (source === this.#passedBefore?.source && sequenceNumber <= this.#passedBefore.sequenceNumber) return;
    const place = this.#isControlled ? this.#count++ : sequenceNumber;
    const numbered = this.#numbering.number(nowMs, source, place, timestamp);
    if (numbered === undefined) return;
    const beginsFrame = timestamp !== this.#frameTimestamp || source !== this.#source;
    const beginsKeyframe = this.#beginsKeyframe(packet, beginsFrame);
    if (beginsFrame) this.#measure(nowMs, packet);
    const passed: TrackPacket = {
      ...this.#keep(nowMs, packet, beginsFrame, beginsKeyframe),
      ...numbered,
      sourceSequenceNumber: sequenceNumber,
      sourceTimestamp: timestamp,
      beginsFrame,
      beginsKeyframe,
    };
    this.#frameTimestamp = timestamp;
    if (source !== this.#passedSource || sequenceNumber > this.#passedNumber) {
      this.#passedSource = source;
      this.#passedNumber = sequenceNumber;
    }
    if (passed.beginsKeyframe) {
      this.#keyframe = passed.sequenceNumber;
      this.#keyframeTimestamp = timestamp;
      this.keyframes.satisfied();
    }
    this.#history.add(passed.sequenceNumber, passed, nowMs);
    this.#rate.add(nowMs, passed.bytes.length);
    this.#outputs.push(passed);
  }

  /** The packet's bytes where they stay: another core's as they are, our own with what players are to be told. */
  #keep(
    nowMs: number,
    { bytes, stored }: SourcePacket,
    beginsFrame: boolean,
    beginsKeyframe: boolean,
  ): Pick<TrackPacket, 'bytes' | 'stored'> {
    if (stored !== undefined) return { bytes, stored };
    const hinted = this.kind === 'video' && beginsFrame;
    const told = hinted ? this.playoutHint.apply(nowMs, bytes, beginsKeyframe) : bytes;
    if (this.#store === undefined) return { bytes: told };
    const place = this.#store.reserve(nowMs, told.length);
    place.set(told);
    return { bytes: place, stored: new SlabPacket(this.#store.commit(told.length), undefined, nowMs) };
  }

  /** Of a keyframe's packets that could begin it, the first does. */
  #beginsKeyframe({ keyframe, timestamp }: SourcePacket, beginsFrame: boolean): boolean {
    if (keyframe === 'no' || timestamp === this.#keyframeTimestamp) return false;
    return keyframe === 'yes' || beginsFrame;
  }

  /** The first packet of a frame: how late it is, and how loud. */
  #measure(nowMs: number, { bytes, source, timestamp }: SourcePacket): void {
    if (source !== this.#source) {
      this.#source = source;
      this.#sourceSinceMs = nowMs;
      this.#buffer.restart();
      this.speaker?.restart();
    }
    this.#buffer.receive(nowMs, timestamp, timestamp < (this.#frameTimestamp ?? timestamp));
    // Another core's packets have been listened to there.
    if (this.speaker === undefined || source.missing === 'gone') return;
    const view = parseRtp(bytes);
    const level = view && readAudioLevel(view, ourExtensionIds.audioLevel);
    if (level !== undefined) this.speaker.receive(nowMs, timestamp, level.voice, level.levelDbov);
  }
}
