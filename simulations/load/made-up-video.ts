/** The sizes of an encoder's frames without the pictures: at a steady bitrate, no two in a row alike, and now and then a keyframe. */

export const FRAMES_PER_SECOND = 30;
/** 3 s: cameras for classes send one every two to ten seconds even where nobody asks. */
export const KEYFRAME_INTERVAL_FRAMES = 90;
/** Times the average frame; less than that of a lively picture, since all keyframes count towards the bitrate here. */
const KEYFRAME_SIZE = 6;
/** Of the frames between, times what is left for them; on average 1. */
const SIZES = [0.55, 1.3, 0.8, 1.35] as const;
/** With 12 bytes of RTP header and 16 of SRTP tag, what libwebrtc fills packets to. */
const PAYLOAD_MAX_BYTES = 1172;

export interface MadeUpFrame {
  readonly isKeyframe: boolean;
  /** Of each of its packets, in bytes of RTP payload. */
  readonly payloadBytes: readonly number[];
}

export class MadeUpVideo {
  readonly #averageBytes: number;
  #untilKeyframe = 0;
  #afterFirst: number;
  #frames = 0;

  /**
   * `kbps` of RTP payload, as long as no keyframe is asked for; `phase`, 0 inclusive to 1 exclusive, is how far the row of
   * keyframes has come with the first frame, which is a keyframe in any case.
   */
  constructor(kbps: number, phase: number, framesPerSecond = FRAMES_PER_SECOND) {
    this.#averageBytes = (kbps * 1000) / 8 / framesPerSecond;
    this.#afterFirst = KEYFRAME_INTERVAL_FRAMES - Math.floor(phase * KEYFRAME_INTERVAL_FRAMES);
  }

  /** The next frame; a keyframe when it is time for one, or when one `isAsked` for. */
  next(isAsked: boolean): MadeUpFrame {
    const isKeyframe = isAsked || this.#untilKeyframe === 0;
    if (isKeyframe) {
      this.#untilKeyframe = this.#afterFirst;
      this.#afterFirst = KEYFRAME_INTERVAL_FRAMES;
    }
    this.#untilKeyframe -= 1;
    this.#frames += 1;
    return { isKeyframe, payloadBytes: inPackets(this.#averageBytes * this.#sizeOf(isKeyframe)) };
  }

  /** Times the average frame. */
  #sizeOf(isKeyframe: boolean): number {
    if (isKeyframe) return KEYFRAME_SIZE;
    const left = (KEYFRAME_INTERVAL_FRAMES - KEYFRAME_SIZE) / (KEYFRAME_INTERVAL_FRAMES - 1);
    return left * SIZES[this.#frames % SIZES.length]!;
  }
}

/** In as few packets as can be, of nearly the same size, as libwebrtc does. */
function inPackets(frameBytes: number): readonly number[] {
  const bytes = Math.round(frameBytes);
  const count = Math.ceil(bytes / PAYLOAD_MAX_BYTES);
  return Array.from(
    { length: count },
    (_, i) => Math.floor(((i + 1) * bytes) / count) - Math.floor((i * bytes) / count),
  );
}
