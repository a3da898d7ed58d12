/**
 * What a queue's entry says of one packet, and how it lies in memory: eight Int32 words, then four Float64.
 *
 *     0 stream   4 kind   8 flags   12 slab   16 position   20 generation   24 length   28 droppedBefore
 *     32 epoch   40 sequenceNumber   48 timestamp   56 arrivedAtMs
 */
import type { MediaKind } from '../rtp/codec.ts';
import type { PacketReference } from './slab-memory.ts';

export const ENTRY_BYTES = 64;

export interface MediaEntry {
  /** The number that the shards of this node have agreed upon for the stream, 0 to 2^31 - 1. */
  readonly stream: number;
  readonly kind: MediaKind;
  /** Whether it is the first packet of a keyframe. Audio has none, and needs none: see queue-sender.ts. */
  readonly startsKeyframe: boolean;
  /** Whether it is the first packet of a frame. */
  readonly startsFrame: boolean;
  /** It passed before the other shard asked for the stream: what that can begin with, not what happens now. */
  readonly isPast: boolean;
  readonly reference: PacketReference;
  /** Of the publication; grows with each. Below 2^53, as are the next two. */
  readonly epoch: number;
  /** Extended: does not wrap. */
  readonly sequenceNumber: number;
  /** Extended, in units of the codec's clock rate. */
  readonly timestamp: number;
  /** When the packet came to this node: a Clock's nowMs, which all threads share. */
  readonly arrivedAtMs: number;
}

/** An entry as it comes out of the queue. */
export interface ReceivedEntry extends MediaEntry {
  /** How many packets of this track, which belong right before this one, the queue's sender has dropped. */
  readonly droppedBefore: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends object ? Writable<T[Key]> : T[Key] };

const WORDS = ENTRY_BYTES / 4;
const FLOATS = ENTRY_BYTES / 8;
const FIRST_FLOAT = 4;

const VIDEO = 1;
const STARTS_KEYFRAME = 1;
const STARTS_FRAME = 2;
const PAST = 4;

/** The entries of a queue, by place. */
export class EntryCells {
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  /** The one object that `read` fills again and again: nothing is made for a packet that passes. */
  readonly #read: Writable<ReceivedEntry> = {
    stream: 0,
    kind: 'audio',
    startsKeyframe: false,
    startsFrame: false,
    isPast: false,
    reference: { slab: 0, position: 0, generation: 0, length: 0 },
    epoch: 0,
    sequenceNumber: 0,
    timestamp: 0,
    arrivedAtMs: 0,
    droppedBefore: 0,
  };

  constructor(buffer: SharedArrayBuffer, atBytes: number, count: number) {
    this.#words = new Int32Array(buffer, atBytes, count * WORDS);
    this.#floats = new Float64Array(buffer, atBytes, count * FLOATS);
  }

  write(place: number, entry: MediaEntry, droppedBefore: number): void {
    const words = this.#words;
    const { reference } = entry;
    const at = place * WORDS;
    words[at] = entry.stream;
    words[at + 1] = entry.kind === 'video' ? VIDEO : 0;
    words[at + 2] =
      (entry.startsKeyframe ? STARTS_KEYFRAME : 0) |
      (entry.startsFrame ? STARTS_FRAME : 0) |
      (entry.isPast ? PAST : 0);
    words[at + 3] = reference.slab;
    words[at + 4] = reference.position;
    words[at + 5] = reference.generation;
    words[at + 6] = reference.length;
    words[at + 7] = droppedBefore;
    const floats = this.#floats;
    const floatAt = place * FLOATS + FIRST_FLOAT;
    floats[floatAt] = entry.epoch;
    floats[floatAt + 1] = entry.sequenceNumber;
    floats[floatAt + 2] = entry.timestamp;
    floats[floatAt + 3] = entry.arrivedAtMs;
  }

  arrivedAtMs(place: number): number {
    return this.#floats[place * FLOATS + FIRST_FLOAT + 3]!;
  }

  /** Borrowed: the next call changes it. */
  read(place: number): ReceivedEntry {
    const entry = this.#read;
    const { reference } = entry;
    const words = this.#words;
    const at = place * WORDS;
    const flags = words[at + 2]!;
    entry.stream = words[at]!;
    entry.kind = words[at + 1] === VIDEO ? 'video' : 'audio';
    entry.startsKeyframe = (flags & STARTS_KEYFRAME) !== 0;
    entry.startsFrame = (flags & STARTS_FRAME) !== 0;
    entry.isPast = (flags & PAST) !== 0;
    reference.slab = words[at + 3]!;
    reference.position = words[at + 4]!;
    reference.generation = words[at + 5]!;
    reference.length = words[at + 6]!;
    entry.droppedBefore = words[at + 7]!;
    const floats = this.#floats;
    const floatAt = place * FLOATS + FIRST_FLOAT;
    entry.epoch = floats[floatAt]!;
    entry.sequenceNumber = floats[floatAt + 1]!;
    entry.timestamp = floats[floatAt + 2]!;
    entry.arrivedAtMs = floats[floatAt + 3]!;
    return entry;
  }
}
