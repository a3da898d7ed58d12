/**
 * A publisher as far as a server can tell: ICE, DTLS and SRTP as a browser has them, and packets of VP8 and Opus of the sizes
 * and at the times of a camera's and a microphone's, made up or recorded, with a mark in place of sound and picture. It sends a keyframe when it is
 * asked for one, and repairs nothing: what is lost on its way stays lost. A core without clock or socket.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { buildSdes, buildSenderReport, compound } from '../../transports/rtcp/build.ts';
import { ntpFromWallMs } from '../../transports/rtcp/ntp.ts';
import { parseRtcp } from '../../transports/rtcp/parse.ts';
import {
  fixedHeaderLength,
  setPayloadType,
  setSequenceNumber,
  setSsrc,
  setTimestamp,
} from '../../transports/rtp/packet.ts';
import type { Path } from '../../transports/udp/path.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { clientPayloadTypes, publisherOffer } from '../client-sdp.ts';
import { LoadPeer, type LoadPeerOptions, type RemotePeer } from './load-peer.ts';
import { FRAMES_PER_SECOND, MadeUpVideo } from './made-up-video.ts';
import { MARK_OFFSET, MARKED_BYTES_MIN, writeMark } from './packet-mark.ts';
import type { RecordedPacket } from './recording.ts';
import { Replay } from './replay.ts';

const FRAME_INTERVAL_MS = 1000 / FRAMES_PER_SECOND;
const VIDEO_TICKS_PER_MS = 90;
const FRAME_TICKS = FRAME_INTERVAL_MS * VIDEO_TICKS_PER_MS;
/** As libwebrtc has Opus. */
const SOUND_INTERVAL_MS = 20;
const SOUND_TICKS = 960;
/** About 36 kbit/s: 80 to 100 bytes, in no order that anything could settle in with. */
const SOUND_BYTES_MIN = 80;
const SOUND_SPREAD = 21;
const SOUND_STEP = 8;
/** Opus in stereo, full band, one frame of 20 ms (RFC 6716 section 3.1). */
const OPUS_TOC = 0xfc;
/** Payload descriptors of VP8 (RFC 7741 section 4.2): the frame begins, or goes on. */
const FRAME_BEGINS = 0x10;
const FRAME_GOES_ON = 0x00;
/** The first byte of the payload header (section 4.3): a keyframe, or none. */
const KEYFRAME = 0x50;
const INTER_FRAME = 0x51;
const REPORT_INTERVAL_MS = 1000;
/** Who is later than this leaves out what should have been sent meanwhile, as a camera does whose encoder is stuck. */
const LATE_MAX_MS = 250;

const ssrcs = { audio: 11, video: 22, videoRtx: 23 } as const;
const version = 0x80;
const markerBit = 0x80;

export interface LoadPublisherOptions extends LoadPeerOptions {
  /** Of RTP payload of VP8, where it is made up. */
  readonly kbps: number;
  /** It is connected and sends nothing. */
  readonly isSilent?: boolean;
  /** What is sent over and over in place of made-up media. */
  readonly recording?: readonly RecordedPacket[];
  /** Whether it sends Opus as well, some 36 kbit/s. */
  readonly audio: boolean;
  /** Where between two frames, two sounds and two keyframes it begins: 0 inclusive to 1 exclusive. */
  readonly phase: number;
}

/** What it sent in the window that it was told of. */
export interface Published {
  packets: number;
  /** How far behind its time a frame or a sound was at most. */
  lateMsMax: number;
}

interface Track {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly intervalMs: number;
  readonly ticks: number;
  dueAtMs: number;
  timestamp: number;
  /** Sent so far; the sequence number modulo 2^16, and the number in the mark. */
  packets: number;
  payloadBytes: number;
}

export class LoadPublisher {
  readonly #options: LoadPublisherOptions;
  readonly #peer: LoadPeer;
  readonly #frames: MadeUpVideo;
  readonly #video: Track;
  readonly #audio: Track;
  #replay: Replay | undefined;
  #isKeyframeDue = false;
  #reportAtMs = Number.POSITIVE_INFINITY;
  #isSending = false;
  #window = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  readonly published: Published = { packets: 0, lateMsMax: 0 };
  /** PLI and FIR. */
  keyframesAsked = 0;

  constructor(options: LoadPublisherOptions) {
    this.#options = options;
    this.#peer = new LoadPeer(options);
    this.#frames = new MadeUpVideo(options.kbps, options.phase);
    const idle = { dueAtMs: Number.POSITIVE_INFINITY, timestamp: 0, packets: 0, payloadBytes: 0 };
    const { vp8, opus } = clientPayloadTypes;
    const video = { payloadType: vp8, intervalMs: FRAME_INTERVAL_MS, ticks: FRAME_TICKS };
    const audio = { payloadType: opus, intervalMs: SOUND_INTERVAL_MS, ticks: SOUND_TICKS };
    this.#video = { ...idle, ...video, ssrc: ssrcs.video };
    this.#audio = { ...idle, ...audio, ssrc: ssrcs.audio };
  }

  get offer(): string {
    return publisherOffer(this.#peer.ice, ssrcs, this.#options.certificate.fingerprint);
  }

  /** When the DTLS handshake was complete, ms. */
  get connectedAtMs(): number | undefined {
    return this.#peer.connectedAtMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#peer.endReason;
  }

  connect(nowMs: number, remote: RemotePeer): void {
    this.#peer.connect(nowMs, remote);
  }

  /** What is sent from `fromMs` on and before `toMs` is counted, anew. */
  measure(fromMs: number, toMs: number): void {
    this.#window = { fromMs, toMs };
    Object.assign(this.published, { packets: 0, lateMsMax: 0 });
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    switch (demultiplex(bytes)) {
      case 'stun':
        return this.#peer.receiveStun(nowMs, bytes, path);
      case 'dtls':
        this.#peer.receiveDtls(nowMs, bytes);
        return this.#begin(nowMs);
      case 'srtcp':
        return this.#receiveRtcp(bytes);
      default:
    }
  }

  deadline(): Deadline | undefined {
    if (!this.#isSending || this.#peer.endReason !== undefined) return this.#peer.deadline();
    const mediaAtMs = this.#replay?.dueAtMs ?? Math.min(this.#video.dueAtMs, this.#audio.dueAtMs);
    const atMs = Math.min(mediaAtMs, this.#reportAtMs);
    return earlier({ atMs, reason: 'send' }, this.#peer.deadline());
  }

  advance(nowMs: number): void {
    this.#peer.advance(nowMs);
    if (this.#peer.endReason !== undefined) return;
    if (this.#replay === undefined) {
      while (nowMs >= this.#video.dueAtMs) this.#sendFrame(nowMs);
      while (nowMs >= this.#audio.dueAtMs) this.#sendSound(nowMs);
    } else {
      while (nowMs >= this.#replay.dueAtMs) this.#sendRecorded(nowMs, this.#replay);
    }
    if (nowMs >= this.#reportAtMs) this.#sendReports(nowMs);
  }

  leave(nowMs: number): void {
    this.#peer.leave(nowMs);
  }

  /** The next datagram for the server. */
  poll(): Uint8Array | undefined {
    return this.#peer.poll();
  }

  #begin(nowMs: number): void {
    if (this.#isSending || this.#peer.srtp === undefined || this.#options.isSilent) return;
    this.#isSending = true;
    const { phase, audio, recording } = this.#options;
    if (recording !== undefined) {
      this.#replay = new Replay(recording, audio, nowMs);
      this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
      return;
    }
    this.#video.dueAtMs = nextTurn(nowMs, FRAME_INTERVAL_MS, phase);
    if (audio) this.#audio.dueAtMs = nextTurn(nowMs, SOUND_INTERVAL_MS, phase);
    this.#reportAtMs = nextTurn(nowMs, REPORT_INTERVAL_MS, phase);
  }

  #receiveRtcp(bytes: Uint8Array): void {
    const opened = this.#peer.srtp?.openRtcp(bytes);
    for (const { kind } of (typeof opened === 'object' && parseRtcp(opened)) || []) {
      if (kind !== 'picture-loss-indication' && kind !== 'full-intra-request') continue;
      this.keyframesAsked += 1;
      this.#isKeyframeDue = true;
    }
  }

  #sendFrame(nowMs: number): void {
    const track = this.#video;
    if (this.#isTooLate(nowMs, track)) return;
    const { isKeyframe, payloadBytes } = this.#frames.next(this.#isKeyframeDue);
    this.#isKeyframeDue = false;
    payloadBytes.forEach((byteCount, i) => {
      const first = i === 0 ? FRAME_BEGINS : FRAME_GOES_ON;
      const second = isKeyframe ? KEYFRAME : INTER_FRAME;
      this.#send(nowMs, track, byteCount, first, second, i === payloadBytes.length - 1);
    });
    next(track);
  }

  #sendSound(nowMs: number): void {
    const track = this.#audio;
    if (this.#isTooLate(nowMs, track)) return;
    const byteCount = SOUND_BYTES_MIN + ((track.packets * SOUND_STEP) % SOUND_SPREAD);
    this.#send(nowMs, track, byteCount, OPUS_TOC, 0, false);
    next(track);
  }

  #sendRecorded(nowMs: number, replay: Replay): void {
    const { dueAtMs } = replay;
    const packet = replay.take(this.#isKeyframeDue);
    const lateMs = this.#noteLate(nowMs, dueAtMs);
    if (packet === undefined || lateMs > LATE_MAX_MS) return;
    const { kind, beginsFrame, beginsKeyframe, endsFrame, payloadBytes } = packet;
    if (beginsKeyframe) this.#isKeyframeDue = false;
    // A mark has to find room.
    const byteCount = Math.max(payloadBytes, MARKED_BYTES_MIN);
    if (kind === 'audio') {
      this.#audio.dueAtMs = dueAtMs;
      this.#send(nowMs, this.#audio, byteCount, OPUS_TOC, 0, false);
      this.#audio.timestamp += SOUND_TICKS;
      return;
    }
    const track = this.#video;
    if (beginsFrame) {
      const sinceLast = track.packets === 0 ? 0 : dueAtMs - track.dueAtMs;
      track.timestamp = Math.round(track.timestamp + sinceLast * VIDEO_TICKS_PER_MS) >>> 0;
      track.dueAtMs = dueAtMs;
    }
    const first = beginsFrame ? FRAME_BEGINS : FRAME_GOES_ON;
    this.#send(nowMs, track, byteCount, first, beginsKeyframe ? KEYFRAME : INTER_FRAME, endsFrame);
  }

  /** How late what was due then is. */
  #noteLate(nowMs: number, dueAtMs: number): number {
    const lateMs = nowMs - dueAtMs;
    if (this.#isMeasured(nowMs)) this.published.lateMsMax = Math.max(this.published.lateMsMax, lateMs);
    return lateMs;
  }

  /** Leaves out what is past sending. */
  #isTooLate(nowMs: number, track: Track): boolean {
    const lateMs = this.#noteLate(nowMs, track.dueAtMs);
    if (lateMs <= LATE_MAX_MS) return false;
    const turns = Math.ceil(lateMs / track.intervalMs);
    track.dueAtMs += turns * track.intervalMs;
    track.timestamp += turns * track.ticks;
    return true;
  }

  #send(
    nowMs: number,
    track: Track,
    byteCount: number,
    firstByte: number,
    secondByte: number,
    marker: boolean,
  ): void {
    const packet = new Uint8Array(fixedHeaderLength + byteCount);
    packet[0] = version;
    packet[1] = marker ? markerBit : 0;
    setPayloadType(packet, track.payloadType);
    setSequenceNumber(packet, track.packets & 0xffff);
    setTimestamp(packet, track.timestamp);
    setSsrc(packet, track.ssrc);
    const payload = packet.subarray(fixedHeaderLength);
    payload[0] = firstByte;
    payload[MARK_OFFSET - 1] = secondByte;
    writeMark(payload, { number: track.packets, sentAtMs: nowMs });
    this.#peer.send(this.#peer.srtp!.sealRtp(packet));
    track.packets += 1;
    track.payloadBytes += byteCount;
    if (this.#isMeasured(nowMs)) this.published.packets += 1;
  }

  #isMeasured(nowMs: number): boolean {
    return nowMs >= this.#window.fromMs && nowMs < this.#window.toMs;
  }

  /** By any clock that is one for both tracks: it need not be the time of day (RFC 3550 section 6.4.1). */
  #sendReports(nowMs: number): void {
    this.#reportAtMs += REPORT_INTERVAL_MS;
    if (this.#reportAtMs <= nowMs) this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
    const tracks = this.#options.audio ? [this.#video, this.#audio] : [this.#video];
    for (const { ssrc, dueAtMs, timestamp, ticks, intervalMs, packets, payloadBytes } of tracks) {
      const ahead = ((dueAtMs - nowMs) * ticks) / intervalMs;
      const report = buildSenderReport({
        ssrc,
        ntp: ntpFromWallMs(nowMs),
        rtpTimestamp: Math.round(timestamp - ahead) >>> 0,
        packetCount: packets,
        octetCount: payloadBytes,
      });
      this.#peer.send(this.#peer.srtp!.sealRtcp(compound([report, buildSdes(ssrc, 'load')])));
    }
  }
}

function next(track: Track): void {
  track.dueAtMs += track.intervalMs;
  track.timestamp += track.ticks;
}

/** The first time after `nowMs` that is on the grid of `intervalMs` and `phase`, so that publishers keep their distance. */
function nextTurn(nowMs: number, intervalMs: number, phase: number): number {
  const turns = Math.floor(nowMs / intervalMs - phase) + 1;
  return (turns + phase) * intervalMs;
}
