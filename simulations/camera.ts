/**
 * A teacher's camera and microphone on a simulated client: VP8 and Opus of the sizes and at the times of real ones, marked in
 * place of picture and sound. It repeats what it is asked for and begins a keyframe when asked, as a browser does.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import { buildSdes, buildSenderReport, compound } from '../transports/rtcp/build.ts';
import { ntpFromWallMs } from '../transports/rtcp/ntp.ts';
import { parseRtcp } from '../transports/rtcp/parse.ts';
import type { MediaKind } from '../transports/rtp/codec.ts';
import {
  fixedHeaderLength,
  setPayloadType,
  setSequenceNumber,
  setSsrc,
  setTimestamp,
} from '../transports/rtp/packet.ts';
import { wrapRtx } from '../transports/rtp/rtx.ts';
import type { SimulatedClient } from './client.ts';
import { type ClientSsrcs, clientPayloadTypes } from './client-sdp.ts';
import { FRAMES_PER_SECOND, MadeUpVideo } from './load/made-up-video.ts';
import { MARK_OFFSET, writeMark } from './load/packet-mark.ts';

export const FRAME_INTERVAL_MS = 1000 / FRAMES_PER_SECOND;
export const SOUND_INTERVAL_MS = 20;
const REPORT_INTERVAL_MS = 1000;
/** Opus at 36 kbit/s. */
export const SOUND_BYTES_PER_MS = 4.5;
const OPUS_TOC = 0xfc;
/** Payload descriptors of VP8 (RFC 7741 section 4.2): the frame begins, or goes on. */
export const FRAME_BEGINS = 0x10;
const FRAME_GOES_ON = 0x00;
/** The first byte of the payload header (section 4.3): a keyframe, or none. */
const KEYFRAME = 0x50;
const INTER_FRAME = 0x51;
const VERSION = 0x80;
const MARKER = 0x80;
/** Two seconds and more, as libwebrtc keeps them to be sent again. */
const KEPT_PACKETS = 1024;
const TICKS_PER_MS: Record<MediaKind, number> = { audio: 48, video: 90 };

export interface CameraOptions {
  readonly clock: Clock;
  readonly client: Pick<SimulatedClient, 'send' | 'onRtcp'>;
  readonly ssrcs: ClientSsrcs;
  /** Of video; 0 for sound alone. */
  readonly kbps: number;
  /** Where between two frames and two keyframes it begins: 0 inclusive to 1 exclusive. */
  readonly phase: number;
  /** Whether it repeats what is lost; by default it does. */
  readonly repairs?: boolean;
  readonly pace?: CameraPace;
}

/** How often there is something to send. */
export interface CameraPace {
  /** By default 30. */
  readonly framesPerSecond: number;
  /** What a packet of sound holds (ptime, RFC 7587 section 4.2): 20, as browsers have it, 40 or 60. */
  readonly soundIntervalMs: number;
}

const usualPace: CameraPace = { framesPerSecond: FRAMES_PER_SECOND, soundIntervalMs: SOUND_INTERVAL_MS };

interface Track {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly kept: Map<number, Uint8Array>;
  packets: number;
  payloadBytes: number;
}

export class SimulatedCamera {
  readonly #options: CameraOptions;
  readonly #pace: CameraPace;
  readonly #frames: MadeUpVideo;
  readonly #video: Track;
  readonly #audio: Track;
  readonly #timers = new Map<string, Timer>();
  #isKeyframeDue = false;
  #repeated = 0;
  #isOn = false;
  /** PLI and FIR. */
  keyframesAsked = 0;

  constructor(options: CameraOptions) {
    const { client, ssrcs, kbps, phase, pace = usualPace } = options;
    this.#options = options;
    this.#pace = pace;
    this.#frames = new MadeUpVideo(kbps, phase, pace.framesPerSecond);
    const { vp8, opus } = clientPayloadTypes;
    const fresh = () => ({ kept: new Map<number, Uint8Array>(), packets: 0, payloadBytes: 0 });
    this.#video = { kind: 'video', ssrc: ssrcs.video, payloadType: vp8, ...fresh() };
    this.#audio = { kind: 'audio', ssrc: ssrcs.audio, payloadType: opus, ...fresh() };
    client.onRtcp = bytes => this.#receiveRtcp(bytes);
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    const { phase, kbps } = this.#options;
    const { framesPerSecond, soundIntervalMs } = this.#pace;
    if (kbps > 0) this.#every('frame', 1000 / framesPerSecond, phase, () => this.#sendFrame());
    this.#every('sound', soundIntervalMs, phase, () => this.#sendSound());
    this.#every('report', REPORT_INTERVAL_MS, phase, () => this.#sendReports());
  }

  stop(): void {
    this.#isOn = false;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #every(name: string, intervalMs: number, phase: number, run: () => void): void {
    const { clock } = this.#options;
    const firstAtMs = clock.nowMs() + phase * intervalMs;
    // By multiples, so that no error adds up.
    const arm = (turn: number) =>
      this.#timers.set(
        name,
        clock.setTimer(firstAtMs + turn * intervalMs - clock.nowMs(), () => {
          arm(turn + 1);
          run();
        }),
      );
    arm(0);
  }

  #receiveRtcp(bytes: Uint8Array): void {
    for (const packet of parseRtcp(bytes) ?? []) {
      if (packet.kind === 'nack' && this.#options.repairs !== false) {
        const track = packet.mediaSsrc === this.#video.ssrc ? this.#video : this.#audio;
        for (const sequenceNumber of packet.sequenceNumbers) this.#repeat(track, sequenceNumber);
      }
      if (packet.kind !== 'picture-loss-indication' && packet.kind !== 'full-intra-request') continue;
      this.keyframesAsked += 1;
      this.#isKeyframeDue = true;
    }
  }

  #repeat({ kind, kept }: Track, sequenceNumber: number): void {
    const packet = kept.get(sequenceNumber);
    if (packet === undefined) return;
    const { client, ssrcs } = this.#options;
    if (kind === 'audio') return client.send(packet);
    client.send(wrapRtx(packet, clientPayloadTypes.vp8Rtx, ssrcs.videoRtx, this.#repeated & 0xffff));
    this.#repeated += 1;
  }

  #sendFrame(): void {
    const { isKeyframe, payloadBytes } = this.#frames.next(this.#isKeyframeDue);
    this.#isKeyframeDue = false;
    payloadBytes.forEach((byteCount, i) => {
      const first = i === 0 ? FRAME_BEGINS : FRAME_GOES_ON;
      const second = isKeyframe ? KEYFRAME : INTER_FRAME;
      this.#send(this.#video, byteCount, first, second, i === payloadBytes.length - 1);
    });
  }

  #sendSound(): void {
    this.#send(this.#audio, SOUND_BYTES_PER_MS * this.#pace.soundIntervalMs, OPUS_TOC, 0, false);
  }

  #send(track: Track, byteCount: number, firstByte: number, secondByte: number, marker: boolean): void {
    const nowMs = this.#options.clock.nowMs();
    const packet = new Uint8Array(fixedHeaderLength + byteCount);
    const sequenceNumber = track.packets & 0xffff;
    packet[0] = VERSION;
    packet[1] = marker ? MARKER : 0;
    setPayloadType(packet, track.payloadType);
    setSequenceNumber(packet, sequenceNumber);
    setTimestamp(packet, timestampAt(track.kind, nowMs));
    setSsrc(packet, track.ssrc);
    const payload = packet.subarray(fixedHeaderLength);
    payload[0] = firstByte;
    payload[MARK_OFFSET - 1] = secondByte;
    writeMark(payload, { number: track.packets, sentAtMs: nowMs });
    track.kept.set(sequenceNumber, packet);
    track.kept.delete((track.packets - KEPT_PACKETS) & 0xffff);
    track.packets += 1;
    track.payloadBytes += byteCount;
    this.#options.client.send(packet);
  }

  #sendReports(): void {
    const { clock, client } = this.#options;
    for (const { kind, ssrc, packets, payloadBytes } of [this.#video, this.#audio]) {
      const report = buildSenderReport({
        ssrc,
        ntp: ntpFromWallMs(clock.wallMs()),
        rtpTimestamp: timestampAt(kind, clock.nowMs()),
        packetCount: packets,
        octetCount: payloadBytes,
      });
      client.send(compound([report, buildSdes(ssrc, 'simulated')]));
    }
  }
}

/** Both tracks are stamped by one clock. */
function timestampAt(kind: MediaKind, nowMs: number): number {
  return Math.round(nowMs * TICKS_PER_MS[kind]) >>> 0;
}
