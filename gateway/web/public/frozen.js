// @ts-check
/** Tells a picture that moves from one that stands still, by the count of decoded frames. */

/** Shorter stops are an ordinary loss on the way; words about them would only flicker. */
const FROZEN_AFTER_MS = 3000;

/**
 * - `expected`: no frame yet, and no sound either
 * - `sound only`: sound has come, but no frame ever
 * - `frozen`: frames came, and have stopped
 * @typedef {'moving' | 'expected' | 'sound only' | 'frozen'} Sight
 */

export function pictureWatch() {
  let frames = 0;
  let changedMs = 0;
  return {
    /** A new connection counts from nothing. @param {number} nowMs */
    restart(nowMs) {
      frames = 0;
      changedMs = nowMs;
    },
    /**
     * @param {{ framesDecoded: number, audioSamples: number }} figures
     * @param {number} nowMs
     * @returns {Sight}
     */
    look({ framesDecoded, audioSamples }, nowMs) {
      if (framesDecoded !== frames) {
        frames = framesDecoded;
        changedMs = nowMs;
      }
      if (nowMs - changedMs < FROZEN_AFTER_MS) return frames > 0 ? 'moving' : 'expected';
      if (frames > 0) return 'frozen';
      return audioSamples > 0 ? 'sound only' : 'expected';
    },
  };
}
