/**
 * The publisher of the bench of storms, a process of its own that the bench starts: libwebrtc, since what a storm of joins
 * does to a real encoder is the question. Tells several times a second what its encoder has done. The library is for
 * development only. Ends with the bench.
 */
import { systemClock } from '../../transports/clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { nextWord } from './child-events.ts';
import { HEIGHT, movingPicture, WIDTH } from './storm-picture.ts';
import type { EncoderSample } from './storm-report.ts';

/** What the bench tells the process. */
export interface StormPublisherOptions {
  readonly url: string;
  readonly stream: string;
  /** Of the video, at most; VIDEO_KBPS where it is not said. */
  readonly kbps?: number;
}

export type StormPublisherEvent =
  | { readonly kind: 'sample'; readonly sample: EncoderSample }
  | { readonly kind: 'error'; readonly error: string };

/** About what the design's authors sent a class; the encoder has to work for it with this picture. */
const VIDEO_KBPS = 350;
const FRAME_INTERVAL_MS = 1000 / 30;
/** libwebrtc takes sound in pieces of 10 ms. */
const SOUND_INTERVAL_MS = 10;
const SAMPLE_RATE = 48_000;
const REPORT_INTERVAL_MS = 100;

async function loadLibrary() {
  try {
    return (await import('@roamhq/wrtc')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('the publisher of this bench needs @roamhq/wrtc: npm install --no-save @roamhq/wrtc');
  }
}

async function publish({ url, stream, kbps = VIDEO_KBPS }: StormPublisherOptions): Promise<void> {
  const { MediaStream, nonstandard, RTCPeerConnection } = await loadLibrary();
  const picture = movingPicture(seededRandom(stream));
  const video = new nonstandard.RTCVideoSource();
  const audio = new nonstandard.RTCAudioSource();
  const peer = new RTCPeerConnection();
  const tracks = [audio.createTrack(), video.createTrack()];
  const streams = [new MediaStream(tracks)];
  for (const track of tracks) peer.addTransceiver(track, { direction: 'sendonly', streams });
  await peer.setLocalDescription(await peer.createOffer());
  const sdp = await push(url, { stream, sdp: peer.localDescription!.sdp });
  await peer.setRemoteDescription({ type: 'answer', sdp: capped(sdp, kbps) });

  let frames = 0;
  repeat(FRAME_INTERVAL_MS, () => {
    frames += 1;
    video.onFrame({ width: WIDTH, height: HEIGHT, data: picture(frames) });
  });
  const samples = Int16Array.from({ length: SAMPLE_RATE / 100 }, (_, i) => 8000 * Math.sin(i / 8));
  const sound = { samples, sampleRate: SAMPLE_RATE, bitsPerSample: 16, channelCount: 1 };
  repeat(SOUND_INTERVAL_MS, () => audio.onData({ ...sound, numberOfFrames: samples.length }));
  repeat(REPORT_INTERVAL_MS, async () => {
    const sample = sampleOf((await peer.getStats()) as ReadonlyMap<string, object>);
    if (sample !== undefined) process.send?.({ kind: 'sample', sample } satisfies StormPublisherEvent);
  });
}

async function push(url: string, body: object): Promise<string> {
  const response = await fetch(`${url}/signaling/push`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from /signaling/push: ${text}`);
  return (JSON.parse(text) as { sdp: string }).sdp;
}

/** With the cap in the answer's video section (RFC 8866 section 5.8), since the library's own parameters take none. */
function capped(sdp: string, kbps: number): string {
  return sdp.replace(/^b=.*\r\n/gm, '').replace(/(m=video[\s\S]*?\r\nc=.*\r\n)/, `$1b=AS:${kbps}\r\n`);
}

/** Calls `work` at a steady rate, however long it takes; what is late by more than a turn is left out. */
function repeat(intervalMs: number, work: () => unknown): void {
  let dueAtMs = systemClock.nowMs();
  const turn = () => {
    const nowMs = systemClock.nowMs();
    dueAtMs = Math.max(dueAtMs + intervalMs, nowMs - intervalMs);
    systemClock.setTimer(dueAtMs - nowMs, turn);
    work();
  };
  turn();
}

/** By the names of the standard (W3C webrtc-stats, RTCOutboundRtpStreamStats). */
interface OutboundRtp {
  readonly type: string;
  readonly kind: string;
  readonly timestamp: number;
  readonly qpSum?: number;
  readonly framesEncoded?: number;
  readonly keyFramesEncoded?: number;
  readonly frameHeight?: number;
  readonly pliCount?: number;
  readonly firCount?: number;
}

/** Undefined until the first frame is encoded. */
function sampleOf(stats: ReadonlyMap<string, object>): EncoderSample | undefined {
  const all = [...stats.values()] as readonly OutboundRtp[];
  const outbound = all.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  if (!outbound?.framesEncoded) return undefined;
  return {
    wallMs: outbound.timestamp,
    qpSum: outbound.qpSum ?? 0,
    framesEncoded: outbound.framesEncoded,
    keyFramesEncoded: outbound.keyFramesEncoded ?? 0,
    frameHeight: outbound.frameHeight ?? 0,
    keyframesAsked: (outbound.pliCount ?? 0) + (outbound.firCount ?? 0),
  };
}

// The library's threads would hold the process; without the bench there is nobody to publish for.
process.once('disconnect', () => process.exit(1));
await publish(await nextWord<StormPublisherOptions>()).catch((error: unknown) => {
  const words = error instanceof Error ? error.message : String(error);
  process.send!({ kind: 'error', error: words } satisfies StormPublisherEvent, () => process.exit());
});
