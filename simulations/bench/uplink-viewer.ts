/** The decoding viewer of the bench of uplinks: libwebrtc, which pulls, decodes, and has each picture looked at. */
import { systemClock } from '../../transports/clock.ts';
import { post, pulled } from './calls.ts';
import { FreezeMeter } from './freezes.ts';
import {
  growth,
  type I420Frame,
  type Libwebrtc,
  loadLibwebrtc,
  type Peer,
  statisticsOf,
} from './libwebrtc.ts';
import { readMarks, sinceCapture } from './picture-marks.ts';
import { CORRUPT_ERROR, TestPicture } from './test-picture.ts';
import { type Client, STREAM, serveBench } from './uplink-protocol.ts';

/** Of concealed sound: what NetEQ plays for samples that have not come (W3C webrtc-stats, `concealedSamples`). */
const SAMPLES_PER_MS = 48;

/** Referred to as long as the process lives: the library lets sinks go that nothing refers to. */
const sinks: unknown[] = [];

function watch({ nonstandard }: Libwebrtc, peer: Peer, onFrame: (frame: I420Frame) => void): void {
  peer.ontrack = ({ track }) => {
    if (track.kind === 'audio') {
      // Sound is played, and so concealed, only where somebody listens.
      const sink = new nonstandard.RTCAudioSink(track);
      sink.ondata = () => {};
      sinks.push(sink);
    } else {
      const sink = new nonstandard.RTCVideoSink(track);
      sink.onframe = ({ frame }) => onFrame(frame);
      sinks.push(sink);
    }
  };
}

class Eyes {
  readonly #picture = new TestPicture();
  readonly freezes = new FreezeMeter();
  #isCounting = false;
  corruptFrames = 0;
  largestSoundError = 0;
  readonly delaysMs: number[] = [];

  begin(): void {
    this.freezes.begin(systemClock.nowMs());
    this.#isCounting = true;
  }

  see(frame: I420Frame): void {
    const wallMs = systemClock.wallMs();
    this.freezes.frame(systemClock.nowMs());
    if (!this.#isCounting) return;
    const marks = readMarks(frame);
    const error = marks && this.#picture.errorOf(frame, marks.number);
    if (marks === undefined || error === undefined || error > CORRUPT_ERROR) {
      this.corruptFrames += 1;
      return;
    }
    this.largestSoundError = Math.max(this.largestSoundError, error);
    this.delaysMs.push(sinceCapture(marks, wallMs));
  }
}

function measured(peer: Peer, eyes: Eyes): Client {
  const now = async () => ({
    video: await statisticsOf(peer, 'inbound-rtp', 'video'),
    audio: await statisticsOf(peer, 'inbound-rtp', 'audio'),
  });
  let before: Awaited<ReturnType<typeof now>>;
  return {
    async begin() {
      eyes.begin();
      before = await now();
    },
    async end() {
      const { freezes, freezeMs } = eyes.freezes.end(systemClock.nowMs());
      const { corruptFrames, largestSoundError, delaysMs } = eyes;
      const after = await now();
      const video = growth(before.video, after.video);
      const audio = growth(before.audio, after.audio);
      return {
        client: 'decoding',
        framesDecoded: video('framesDecoded'),
        corruptFrames,
        largestSoundError,
        freezes,
        freezeMs,
        freezesByLibwebrtc: video('freezeCount'),
        freezeMsByLibwebrtc: video('totalFreezesDuration') * 1000,
        audioGapMs: audio('concealedSamples') / SAMPLES_PER_MS,
        decoderResets: video('pliCount') + video('firCount'),
        framesDropped: video('framesDropped'),
        nacks: video('nackCount'),
        delaysMs,
      };
    },
  };
}

await serveBench(async ({ url }) => {
  const library = await loadLibwebrtc();
  const peer = new library.RTCPeerConnection();
  const eyes = new Eyes();
  const seen = Promise.withResolvers<void>();
  watch(library, peer, frame => {
    eyes.see(frame);
    seen.resolve();
  });
  const offer = await pulled(url, STREAM);
  await peer.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
  await peer.setLocalDescription(await peer.createAnswer());
  const { sdp } = peer.localDescription!;
  await post(`${url}/signaling/sendanswer`, { session: offer.session, sdp });
  await seen.promise;
  return measured(peer, eyes);
});
