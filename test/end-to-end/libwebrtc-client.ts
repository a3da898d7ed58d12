/**
 * A libwebrtc client in a process of its own, since the library does not always let its process end: it publishes a test
 * picture by WHIP, or watches by WHEP and tells its parent what it decoded. Ends when it is killed.
 *
 *     libwebrtc-client.ts publish|watch URL
 */
import wrtc from '@roamhq/wrtc';
import { WhipWhepClient } from '../support/whip-whep-client.ts';

const { MediaStream, nonstandard, RTCPeerConnection } = wrtc;
const WIDTH = 320;
const HEIGHT = 180;
const FRAME_INTERVAL_MS = 33;
/** libwebrtc takes sound in pieces of 10 ms. */
const SOUND_INTERVAL_MS = 10;
const SAMPLE_RATE = 48_000;
const REPORT_INTERVAL_MS = 100;

/** What a watching client has decoded so far. */
export interface Decoded {
  readonly frames: number;
  readonly samples: number;
  /** How many shades of grey the middle of the picture has had. */
  readonly shades: number;
}

const [task, url] = process.argv.slice(2);
if (url === undefined) throw new Error('no URL');
await (task === 'publish' ? publish(url) : watch(url));

async function publish(endpoint: string): Promise<void> {
  const video = new nonstandard.RTCVideoSource();
  const audio = new nonstandard.RTCAudioSource();
  const peer = new RTCPeerConnection();
  const tracks = [audio.createTrack(), video.createTrack()];
  const stream = new MediaStream(tracks);
  for (const track of tracks) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  await new WhipWhepClient(endpoint).offer(peer);

  // A grey field that gets lighter and darker, and a tone.
  const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  const samples = Int16Array.from({ length: SAMPLE_RATE / 100 }, (_, i) => 8000 * Math.sin(i / 8));
  let step = 0;
  setInterval(() => {
    step += 1;
    data.fill((step * 5) % 256, 0, WIDTH * HEIGHT);
    video.onFrame({ width: WIDTH, height: HEIGHT, data });
  }, FRAME_INTERVAL_MS);
  setInterval(() => {
    audio.onData({
      samples,
      sampleRate: SAMPLE_RATE,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: samples.length,
    });
  }, SOUND_INTERVAL_MS);
}

async function watch(endpoint: string): Promise<void> {
  const peer = new RTCPeerConnection();
  const shades = new Set<number>();
  let frames = 0;
  let samples = 0;
  peer.ontrack = ({ track }: { track: { readonly kind: string } }) => {
    if (track.kind === 'audio') {
      new nonstandard.RTCAudioSink(track).ondata = ({ samples: some }: { samples: Int16Array }) => {
        samples += some.length;
      };
    } else {
      new nonstandard.RTCVideoSink(track).onframe = ({ frame }: { frame: { data: Uint8Array } }) => {
        frames += 1;
        shades.add(frame.data[WIDTH * (HEIGHT / 2) + WIDTH / 2]!);
      };
    }
  };
  for (const kind of ['audio', 'video']) peer.addTransceiver(kind, { direction: 'recvonly' });
  await new WhipWhepClient(endpoint).offer(peer);
  setInterval(
    () => process.send?.({ frames, samples, shades: shades.size } satisfies Decoded),
    REPORT_INTERVAL_MS,
  );
}
