/** What a stream comes to on a line, without its packets being made: of the sizes that a simulated camera gives them. */
import { SOUND_BYTES_PER_MS, SOUND_INTERVAL_MS } from '../camera.ts';
import { FRAMES_PER_SECOND, KEYFRAME_INTERVAL_FRAMES, MadeUpVideo } from '../load/made-up-video.ts';

/** An RTP header with our extensions, and the tag of SRTP. */
const RTP_BYTES = 12 + 12 + 16;
/** UDP over IPv4. */
export const DATAGRAM_BYTES = 28;

export interface StreamRate {
  readonly packetsPerSecond: number;
  /** Of RTP, without the headers of UDP and IP. */
  readonly bytesPerSecond: number;
}

/** Video of `kbps`, and Opus. */
export function streamRate(kbps: number): StreamRate {
  const video = new MadeUpVideo(kbps, 0);
  let [packets, bytes] = [0, 0];
  for (let frame = 0; frame < KEYFRAME_INTERVAL_FRAMES; frame += 1)
    for (const byteCount of video.next(false).payloadBytes) {
      packets += 1;
      bytes += byteCount;
    }
  const perSecond = FRAMES_PER_SECOND / KEYFRAME_INTERVAL_FRAMES;
  const packetsPerSecond = packets * perSecond + 1000 / SOUND_INTERVAL_MS;
  const bytesPerSecond = bytes * perSecond + 1000 * SOUND_BYTES_PER_MS;
  return { packetsPerSecond, bytesPerSecond: bytesPerSecond + packetsPerSecond * RTP_BYTES };
}
