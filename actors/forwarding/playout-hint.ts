/**
 * The playout-delay extension in a track's packets: told again for a while after each change, since packets get lost, and
 * with every keyframe, since that is where players begin.
 */
import { withPlayoutDelay } from '../../transports/rtp/playout-delay.ts';

/** By then every viewer has had a frame with it, over the worst link. */
const REPEATED_MS = 2000;
/** No bound: libwebrtc takes 10 s for none, and one of half a second or less for leave to render unpaced. */
const MOST_MS = 10_000;
const EXTENSION_BIT = 0x10;

export class PlayoutHint {
  #minMs: number | undefined;
  #repeatUntilMs = Number.NEGATIVE_INFINITY;

  /** Players are to hold back at least so much from now on; 0 takes an earlier word back. */
  set(nowMs: number, minMs: number): void {
    this.#minMs = minMs;
    this.#repeatUntilMs = nowMs + REPEATED_MS;
  }

  /** The first packet of a frame, with the hint where it is due; in place of another's, as of the node before, always. */
  apply(nowMs: number, bytes: Uint8Array, beginsKeyframe: boolean): Uint8Array {
    if (this.#minMs === undefined) return bytes;
    const isDue = beginsKeyframe || nowMs < this.#repeatUntilMs || (bytes[0]! & EXTENSION_BIT) !== 0;
    return isDue ? withPlayoutDelay(bytes, this.#minMs, MOST_MS) : bytes;
  }
}
