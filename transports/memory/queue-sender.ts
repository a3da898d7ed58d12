/**
 * One core shard's way of sending packets to another: the queue, what is dropped when that is full or late, and the wake-up.
 * Call `send` while a batch passes and `flush` at its end.
 */
import type { MediaKind } from '../rtp/codec.ts';
import { DropToKeyframe, type Passing } from './drop-to-keyframe.ts';
import type { MediaEntry } from './media-entry.ts';
import type { QueueMemory } from './queue-memory.ts';
import { QueueProducer } from './queue-producer.ts';
import type { Waker } from './wake-word.ts';

/** A frame of video begins only while this share of the queue is free, so that it will hardly be cut short. */
const FRAME_ROOM_SHARE = 1 / 8;

/**
 * Nor does one begin while the oldest entry that waits is older than this: a shard that is so late has more to do than it
 * can, and a class notices. The frames that wait are still in the slab, which keeps them for 2 s.
 */
export const QUEUE_AGE_MAX_MS = 250;

/** Any packet of audio can be decoded by itself: it is a frame and a keyframe, and takes the first place there is. */
const audioPassing: Passing = { startsFrame: true, startsKeyframe: true };

/** A stream's gates; a track of a kind that it has not costs nothing to speak of. */
type Gates = Readonly<Record<MediaKind, DropToKeyframe>>;

export class QueueSender {
  readonly #queue: QueueProducer;
  readonly #waker: Waker;
  readonly #frameRoom: number;
  /** As many as streams are sent through this queue, until `forget`. */
  readonly #gates = new Map<number, Gates>();
  #dropped = 0;
  #dropping = 0;
  #toldDropped = 0;
  #toldDropping = 0;

  constructor(memory: QueueMemory, waker: Waker) {
    this.#queue = new QueueProducer(memory);
    this.#waker = waker;
    this.#frameRoom = Math.max(1, memory.capacity * FRAME_ROOM_SHARE);
    this.#queue.tellDrops(0, 0);
  }

  /** Packets that were dropped because the queue was full or late. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Tracks that are being dropped until their next keyframe: one should be asked for. */
  get dropping(): number {
    return this.#dropping;
  }

  /** Whether this track is being dropped until its next keyframe. */
  isDropping(stream: number, kind: MediaKind): boolean {
    return this.#gates.get(stream)?.[kind].state === 'dropping';
  }

  /** False when the packet was dropped. Throws nothing, and never waits. */
  send(entry: MediaEntry): boolean {
    const { stream, kind } = entry;
    const isVideo = kind === 'video';
    const gate = this.#gatesOf(stream)[kind];
    const before = gate.state;
    const hasRoom = isVideo && entry.startsFrame ? this.#takesFrame(entry) : this.#queue.hasRoom(1);
    const admitted = gate.admit(isVideo ? entry : audioPassing, hasRoom);
    if (gate.state !== before) this.#dropping += gate.state === 'dropping' ? 1 : -1;
    if (admitted) this.#queue.push(entry, gate.takeDropped());
    else this.#dropped += 1;
    return admitted;
  }

  /** The end of a batch: the consumer sees what was sent, and is woken if it sleeps. */
  flush(): void {
    if (this.#dropped !== this.#toldDropped || this.#dropping !== this.#toldDropping) {
      this.#toldDropped = this.#dropped;
      this.#toldDropping = this.#dropping;
      this.#queue.tellDrops(this.#dropped, this.#dropping);
    }
    if (this.#queue.publish()) this.#waker.wake();
  }

  /** The stream is not sent this way any more. */
  forget(stream: number): void {
    const gates = this.#gates.get(stream);
    if (gates === undefined) return;
    for (const { state } of [gates.audio, gates.video]) if (state === 'dropping') this.#dropping -= 1;
    this.#gates.delete(stream);
  }

  #takesFrame({ arrivedAtMs }: MediaEntry): boolean {
    const oldestAtMs = this.#queue.oldestArrivedAtMs ?? arrivedAtMs;
    return arrivedAtMs - oldestAtMs <= QUEUE_AGE_MAX_MS && this.#queue.hasRoom(this.#frameRoom);
  }

  #gatesOf(stream: number): Gates {
    let gates = this.#gates.get(stream);
    if (gates === undefined) {
      gates = { audio: new DropToKeyframe(), video: new DropToKeyframe() };
      this.#gates.set(stream, gates);
    }
    return gates;
  }
}
