/** Tells when a viewer could decode for the first time: all packets of one keyframe of VP8 have come, in whatever order. */
import { sequenceDifference } from '../../transports/rtp/sequence.ts';
import { beginsKeyframe } from './vp8-keyframe.ts';

/** Frames under way at a time: packets are overtaken by those of the next frame or two, and not by more. */
const FRAMES_MAX = 4;
/** A keyframe has some dozens of packets; what claims more is none that anybody could wait for. */
const FRAME_PACKETS_MAX = 1024;

/** One packet of the track; repetitions count once. */
export interface FramePacket {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

interface Frame {
  readonly timestamp: number;
  readonly sequenceNumbers: Set<number>;
  /** The sequence number of the packet that begins it, if that came and it is a keyframe. */
  first: number | undefined;
  /** That of the packet with the marker bit. */
  last: number | undefined;
}

export class FirstFrame {
  /** The latest last. */
  readonly #frames: Frame[] = [];
  #isWhole = false;

  /** Whether a keyframe is whole with this packet, or was before. */
  take({ sequenceNumber, timestamp, marker, payload }: FramePacket): boolean {
    // A packet of padding alone belongs to no frame.
    if (this.#isWhole || payload.length === 0) return this.#isWhole;
    const frame = this.#frameOf(timestamp);
    if (frame.sequenceNumbers.size < FRAME_PACKETS_MAX) frame.sequenceNumbers.add(sequenceNumber);
    if (beginsKeyframe(payload)) frame.first = sequenceNumber;
    if (marker) frame.last = sequenceNumber;
    this.#isWhole = isWhole(frame);
    return this.#isWhole;
  }

  #frameOf(timestamp: number): Frame {
    const known = this.#frames.find(frame => frame.timestamp === timestamp);
    if (known !== undefined) return known;
    const frame: Frame = { timestamp, sequenceNumbers: new Set(), first: undefined, last: undefined };
    this.#frames.push(frame);
    if (this.#frames.length > FRAMES_MAX) this.#frames.shift();
    return frame;
  }
}

function isWhole({ first, last, sequenceNumbers }: Frame): boolean {
  if (first === undefined || last === undefined) return false;
  return sequenceDifference(last, first) + 1 === sequenceNumbers.size;
}
