/** The publisher of the bench of uplinks: libwebrtc with a test picture and a tone, set up as the pages set up browsers. */
import { systemClock } from '../../transports/clock.ts';
import { post } from './calls.ts';
import { pause } from './child.ts';
import { growth, type Libwebrtc, loadLibwebrtc, type Peer, statisticsOf } from './libwebrtc.ts';
import { FRAMES_PER_SECOND, TestPicture } from './test-picture.ts';
import {
  type Client,
  type ClientOptions,
  everyMs,
  type Repairs,
  STREAM,
  serveBench,
  tell,
} from './uplink-protocol.ts';
import { withoutRepairs } from './without-repairs.ts';

/** A class's camera at 640x360: some three packets a frame. */
const VIDEO_LIMIT_BPS = 1_000_000;
const POLL_MS = 20;
const SAMPLE_RATE = 48_000;
const SOUND_INTERVAL_MS = 10;
const SOUND_SAMPLES = (SAMPLE_RATE * SOUND_INTERVAL_MS) / 1000;
/** Whole waves in a piece of sound, so that the tone goes on without a click: 400 Hz. */
const WAVES = 4;
const LOUDNESS = 8000;

const web = new URL('../../gateway/web/public/', import.meta.url);

/** What is done to descriptions, as the pages do: NACK for Opus is asked for, and the encoder does not begin at 300 kbit/s. */
interface Descriptions {
  offered(sdp: string): string;
  answered(sdp: string): string;
}

await serveBench(async options => {
  const library = await loadLibwebrtc();
  const peer = new library.RTCPeerConnection();
  let lateMs: number[] = [];
  const startMedia = addMedia(library, peer, ms => lateMs.push(ms));
  await push(peer, options, await descriptionsFor(options.repairs));
  startMedia();
  while (peer.connectionState !== 'connected') await pause(POLL_MS);
  return measured(peer, () => {
    const taken = lateMs;
    lateMs = [];
    return taken;
  });
});

async function push(peer: Peer, { url, linePort }: ClientOptions, descriptions: Descriptions): Promise<void> {
  const offer = await peer.createOffer();
  await peer.setLocalDescription({ type: 'offer', sdp: descriptions.offered(offer.sdp) });
  const body = { stream: STREAM, sdp: peer.localDescription!.sdp };
  const { sdp } = await post<{ sdp: string }>(`${url}/signaling/push`, body);
  const nodePort = Number(/^a=candidate:.* udp \d+ 127\.0\.0\.1 (\d+) typ host/im.exec(sdp)?.[1]);
  if (Number.isNaN(nodePort)) throw new Error('the answer has no candidate on 127.0.0.1');
  tell({ kind: 'answered', nodePort });
  const throughLine = sdp.replaceAll(` ${nodePort} `, ` ${linePort} `);
  await peer.setRemoteDescription({ type: 'answer', sdp: descriptions.answered(throughLine) });
}

/** Adds picture and sound; what is returned starts them. */
function addMedia(
  { MediaStream, nonstandard }: Libwebrtc,
  peer: Peer,
  onCapture: (lateMs: number) => void,
): () => void {
  const video = new nonstandard.RTCVideoSource();
  const audio = new nonstandard.RTCAudioSource();
  const tracks = [audio.createTrack(), video.createTrack()];
  const streams = [new MediaStream(tracks)];
  for (const track of tracks) peer.addTransceiver(track, { direction: 'sendonly', streams });
  const picture = new TestPicture();
  const samples = Int16Array.from(
    { length: SOUND_SAMPLES },
    (_, i) => LOUDNESS * Math.sin((2 * Math.PI * WAVES * i) / SOUND_SAMPLES),
  );
  const sound = {
    samples,
    sampleRate: SAMPLE_RATE,
    bitsPerSample: 16,
    channelCount: 1,
    numberOfFrames: SOUND_SAMPLES,
  } as const;
  let number = 0;
  return () => {
    everyMs(1000 / FRAMES_PER_SECOND, lateMs => {
      onCapture(lateMs);
      video.onFrame(picture.draw({ number, capturedAtMs: systemClock.wallMs() }));
      number += 1;
    });
    everyMs(SOUND_INTERVAL_MS, () => audio.onData(sound));
  };
}

/**
 * The library for Node takes no parameters for its senders; a receiver's limit it keeps (`b=AS`, RFC 8866 section 5.8), which
 * here stands in place of the node's own.
 */
function withLimit(sdp: string, bps: number): string {
  return sdp
    .split(/^(?=m=)/m)
    .map(section => {
      if (!section.startsWith('m=video ')) return section;
      const unlimited = section.replaceAll(/^b=.*\r\n/gm, '');
      return unlimited.replace(/^c=.*\r\n/m, line => `${line}b=AS:${bps / 1000}\r\n`);
    })
    .join('');
}

/** The pages', or of a publisher that repairs nothing. */
async function descriptionsFor(repairs: Repairs): Promise<Descriptions> {
  const opus = (await import(new URL('opus.js', web).href)) as { withOpusRepair(sdp: string): string };
  const start = (await import(new URL('start-bitrate.js', web).href)) as {
    withStartBitrate(sdp: string, bps: number): string;
  };
  return {
    offered: repairs === 'on' ? sdp => opus.withOpusRepair(sdp) : withoutRepairs,
    answered: sdp => start.withStartBitrate(withLimit(sdp, VIDEO_LIMIT_BPS), VIDEO_LIMIT_BPS),
  };
}

/** `takeLateMs` gives how late pictures were since it was last called. */
function measured(peer: Peer, takeLateMs: () => readonly number[]): Client {
  const now = async () => ({
    video: await statisticsOf(peer, 'outbound-rtp', 'video'),
    audio: await statisticsOf(peer, 'outbound-rtp', 'audio'),
    atMs: systemClock.nowMs(),
  });
  let before: Awaited<ReturnType<typeof now>>;
  return {
    async begin() {
      before = await now();
      takeLateMs();
    },
    async end() {
      const after = await now();
      const video = growth(before.video, after.video);
      const audio = growth(before.audio, after.audio);
      return {
        client: 'publisher',
        framesSent: video('framesSent'),
        bytesSent:
          video('bytesSent') + video('headerBytesSent') + audio('bytesSent') + audio('headerBytesSent'),
        nacks: video('nackCount'),
        packetsRepeated: video('retransmittedPacketsSent'),
        keyframesAsked: video('pliCount') + video('firCount'),
        keyframesSent: video('keyFramesEncoded'),
        seconds: (after.atMs - before.atMs) / 1000,
        captureLateMs: takeLateMs(),
      };
    },
  };
}
