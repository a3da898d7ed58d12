/**
 * Tells which frames of a VP8 stream a decoder could decode, from the packets in the order in which it gets them. A frame is
 * decodable when all its packets came, one after the other, and it is a keyframe or the frame before it was decodable.
 */
import { parseVp8, type Vp8Descriptor } from './vp8-descriptor.ts';

export interface VideoPacket {
  /** Extended, so that it never wraps around. */
  readonly sequenceNumber: number;
  /** Tells frames apart. */
  readonly timestamp: number;
  /** The last packet of its frame. */
  readonly marker: boolean;
  /** Empty for mere padding, which belongs to no frame. */
  readonly payload: Uint8Array;
}

export interface FrameCounts {
  /** Frames of which a packet came at all. */
  readonly frames: number;
  readonly keyframes: number;
  /** Lacked a packet, or a frame that they build on. */
  readonly undecodable: number;
  /**
   * Ended before their last packet, while nothing before was missing, and the sequence numbers went on with another frame:
   * somebody on the way left their rest out. No decoder is ever given one, since none is complete, so they are not among
   * the undecodable; what goes on after them without a keyframe is.
   */
  readonly cutShort: number;
}

interface Frame {
  readonly timestamp: number;
  readonly first: Vp8Descriptor | undefined;
  /** Nothing is missing between the reference and it. */
  readonly follows: boolean;
  /** So far, and with all that it needs. */
  isWhole: boolean;
}

interface Reference {
  readonly pictureId: number | undefined;
  /** Of the packet after it. */
  readonly nextSequenceNumber: number;
}

export class Vp8Check {
  #frames = 0;
  #keyframes = 0;
  #undecodable = 0;
  #cutShort = 0;
  #nextSequenceNumber: number | undefined;
  #frame: Frame | undefined;
  /** Of the last frame that was decodable, or that none refers to; undefined while only a keyframe helps. */
  #reference: Reference | undefined;
  #last: Reference | undefined;

  get counts(): FrameCounts {
    return {
      frames: this.#frames,
      keyframes: this.#keyframes,
      undecodable: this.#undecodable,
      cutShort: this.#cutShort,
    };
  }

  /** Takes what was broken so far for mended: what follows on the last frame counts as decodable again. */
  forgive(): void {
    this.#reference = this.#last;
    if (this.#frame !== undefined) this.#frame = { ...this.#frame, follows: true, isWhole: true };
  }

  /** Takes the next packet; one that comes after a later one is of no use any more. */
  receive({ sequenceNumber, timestamp, marker, payload }: VideoPacket): void {
    const expected = this.#nextSequenceNumber ?? sequenceNumber;
    if (sequenceNumber < expected) return;
    this.#nextSequenceNumber = sequenceNumber + 1;
    const isGap = sequenceNumber > expected;
    if (isGap && this.#frame !== undefined) this.#frame.isWhole = false;
    if (payload.length === 0) {
      // Padding moves the numbers on without a frame between.
      if (!isGap && this.#frame === undefined && this.#reference !== undefined)
        this.#reference = { ...this.#reference, nextSequenceNumber: sequenceNumber + 1 };
      return;
    }
    if (this.#frame !== undefined && this.#frame.timestamp !== timestamp) {
      this.#finish(sequenceNumber, this.#frame.isWhole ? 'cut short' : 'broken');
    }
    this.#frame ??= this.#begun(sequenceNumber, timestamp, parseVp8(payload));
    if (marker) this.#finish(sequenceNumber + 1, this.#frame.isWhole ? 'whole' : 'broken');
  }

  #begun(sequenceNumber: number, timestamp: number, first: Vp8Descriptor | undefined): Frame {
    const follows = this.#follows(sequenceNumber, first);
    const isWhole = first?.isStart === true && (first.isKeyframe || follows);
    return { timestamp, first, follows, isWhole };
  }

  #follows(sequenceNumber: number, first: Vp8Descriptor | undefined): boolean {
    const reference = this.#reference;
    if (reference === undefined || first === undefined) return false;
    if (first.pictureId === undefined || reference.pictureId === undefined)
      return sequenceNumber === reference.nextSequenceNumber;
    return first.pictureId === (reference.pictureId + 1) % 2 ** first.pictureIdBits;
  }

  #finish(nextSequenceNumber: number, end: 'whole' | 'cut short' | 'broken'): void {
    const { first, follows } = this.#frame!;
    this.#frame = undefined;
    this.#frames += 1;
    if (first?.isKeyframe === true) this.#keyframes += 1;
    if (end === 'broken') this.#undecodable += 1;
    if (end === 'cut short') this.#cutShort += 1;
    const isNoLoss = end === 'whole' || (follows && first?.isDroppable === true);
    this.#last = { pictureId: first?.pictureId, nextSequenceNumber };
    this.#reference = isNoLoss ? this.#last : undefined;
  }
}
