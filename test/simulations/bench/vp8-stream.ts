/** Packets of a stream of VP8, as far as the checks of benches look into them. */
import type { VideoPacket } from '../../../simulations/bench/vp8-check.ts';

export interface StreamOptions {
  readonly firstSequenceNumber: number;
  readonly firstPictureId: number;
  readonly packetsPerFrame: number;
  /** By the frame's place in the stream. */
  isKeyframe(frame: number): boolean;
  isDroppable(frame: number): boolean;
}

export const usual: StreamOptions = {
  firstSequenceNumber: 65_536,
  firstPictureId: 100,
  packetsPerFrame: 3,
  isKeyframe: frame => frame === 0,
  isDroppable: () => false,
};

/** The packets of the first frames, one list a frame. */
export function vp8Frames(count: number, options: Partial<StreamOptions> = {}): readonly VideoPacket[][] {
  const { firstSequenceNumber, firstPictureId, packetsPerFrame, isKeyframe, isDroppable } = {
    ...usual,
    ...options,
  };
  return Array.from({ length: count }, (_, frame) =>
    Array.from({ length: packetsPerFrame }, (_, i) => {
      const pictureId = (firstPictureId + frame) % 2 ** 15;
      const first = 0x80 | (isDroppable(frame) ? 0x20 : 0) | (i === 0 ? 0x10 : 0);
      const header = i === 0 && isKeyframe(frame) ? 0x00 : 0x01;
      return {
        sequenceNumber: firstSequenceNumber + frame * packetsPerFrame + i,
        timestamp: frame * 3000,
        marker: i === packetsPerFrame - 1,
        payload: Uint8Array.of(first, 0x80, 0x80 | (pictureId >> 8), pictureId & 0xff, header),
      };
    }),
  );
}
