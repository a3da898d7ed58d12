/**
 * A viewer as far as a server can tell, and light enough for a thousand in one process: ICE, DTLS and SRTP as a browser has
 * them (or plain RTP, as a native player may have it), and requests for a keyframe until a first frame is whole. It decodes nothing, sends no receiver reports and asks for
 * no repairs, and decrypts only what it has to look at: all video until the first frame, then the last packet of each
 * frame whose arrival is noted.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { buildPli, buildReceiverReport, compound } from '../../transports/rtcp/build.ts';
import { readUint32 } from '../../transports/rtp/byte-order.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { fixedHeaderLength, parseRtp } from '../../transports/rtp/packet.ts';
import type { Path } from '../../transports/udp/path.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { viewerAnswer } from '../client-sdp.ts';
import { FirstFrame } from './first-frame.ts';
import { LoadPeer, type LoadPeerOptions } from './load-peer.ts';
import { readServerOffer, type ServerOffer } from './server-sdp.ts';

/** libwebrtc waits as long for a keyframe before it asks, and asks again. */
const KEYFRAME_WAIT_MS = 200;
/** Frames whose arrival is noted, at most: 40 s at 30 a second, longer than a viewer is measured. */
const NOTED_FRAMES_MAX = 1200;
const MARKER_BIT = 0x80;
/** As the sender of its RTCP: any number will do, since it sends no media. */
const OWN_SSRC = 1;

export interface LoadViewerOptions extends LoadPeerOptions {
  /** What it takes of the offer. */
  readonly kinds: readonly MediaKind[];
}

export class LoadViewer {
  readonly #options: LoadViewerOptions;
  readonly #peer: LoadPeer;
  readonly #firstFrame = new FirstFrame();
  #offer: ServerOffer | undefined;
  #askAtMs: number | undefined;
  #noteFromMs = Number.POSITIVE_INFINITY;
  #firstFrameAtMs: number | undefined;
  /** When the last packet of each frame came that was to be noted, in ms, by the frame's RTP timestamp. */
  readonly frames = new Map<number, number>();
  /** SRTP packets, of media and of retransmissions. */
  packets = 0;

  constructor(options: LoadViewerOptions) {
    this.#options = options;
    this.#peer = new LoadPeer(options);
  }

  /** When the DTLS handshake was complete, or without one the path known, ms. */
  get connectedAtMs(): number | undefined {
    return this.#peer.connectedAtMs;
  }

  /** When all of a first keyframe had come, ms. */
  get firstFrameAtMs(): number | undefined {
    return this.#firstFrameAtMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#peer.endReason;
  }

  /** The answer to the server's offer, and where to connect to. Throws an Error that says what the offer lacks. */
  accept(sdp: string): { readonly answer: string; readonly candidate: ServerOffer['candidate'] } {
    const { certificate, kinds, isPlain } = this.#options;
    this.#offer = readServerOffer(sdp);
    return {
      answer: viewerAnswer(this.#peer.ice, sdp, isPlain ? 'none' : certificate.fingerprint, kinds),
      candidate: this.#offer.candidate,
    };
  }

  /** The server has the answer. */
  connect(nowMs: number): void {
    if (this.#offer !== undefined) this.#peer.connect(nowMs, this.#offer);
  }

  /** The frames that come from then on go into `frames`. */
  noteFramesFrom(atMs: number): void {
    this.#noteFromMs = atMs;
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    switch (demultiplex(bytes)) {
      case 'srtp':
        this.packets += 1;
        this.#receiveRtp(nowMs, bytes);
        return;
      case 'stun':
        this.#peer.receiveStun(nowMs, bytes, path);
        this.#awaitKeyframe(nowMs);
        return;
      case 'dtls':
        this.#peer.receiveDtls(nowMs, bytes);
        this.#awaitKeyframe(nowMs);
        return;
      default:
    }
  }

  deadline(): Deadline | undefined {
    if (this.#peer.endReason !== undefined) return undefined;
    const ask =
      this.#askAtMs === undefined ? undefined : { atMs: this.#askAtMs, reason: 'ask for a keyframe' };
    return earlier(ask, this.#peer.deadline());
  }

  advance(nowMs: number): void {
    this.#peer.advance(nowMs);
    if (this.#askAtMs !== undefined && nowMs >= this.#askAtMs) this.#askKeyframe(nowMs);
  }

  leave(nowMs: number): void {
    this.#peer.leave(nowMs);
  }

  /** The next datagram for the server. */
  poll(): Uint8Array | undefined {
    return this.#peer.poll();
  }

  /** From when it is connected on. */
  #awaitKeyframe(nowMs: number): void {
    if (this.#peer.srtp !== undefined && this.#firstFrameAtMs === undefined)
      this.#askAtMs ??= nowMs + KEYFRAME_WAIT_MS;
  }

  #askKeyframe(nowMs: number): void {
    this.#askAtMs = nowMs + KEYFRAME_WAIT_MS;
    const { srtp } = this.#peer;
    if (srtp === undefined || this.#offer === undefined) return;
    const request = compound([buildReceiverReport(OWN_SSRC, []), buildPli(OWN_SSRC, this.#offer.videoSsrc)]);
    this.#peer.send(srtp.sealRtcp(request));
  }

  #receiveRtp(nowMs: number, bytes: Uint8Array): void {
    const isNoted = nowMs >= this.#noteFromMs && (bytes[1]! & MARKER_BIT) !== 0;
    if ((this.#firstFrameAtMs !== undefined && !isNoted) || this.#offer === undefined) return;
    // The header is in the clear (RFC 3711 section 3.1).
    if (bytes.length < fixedHeaderLength || readUint32(bytes, 8) !== this.#offer.videoSsrc) return;
    const opened = this.#peer.srtp?.openRtp(bytes);
    const packet = typeof opened === 'object' ? parseRtp(opened) : undefined;
    if (packet === undefined || packet.payloadType !== this.#offer.vp8PayloadType) return;
    if (isNoted && this.frames.size < NOTED_FRAMES_MAX) this.frames.set(packet.timestamp, nowMs);
    if (this.#firstFrameAtMs !== undefined) return;
    const { payloadOffset, payloadLength } = packet;
    const payload = packet.bytes.subarray(payloadOffset, payloadOffset + payloadLength);
    if (!this.#firstFrame.take({ ...packet, payload })) return;
    this.#firstFrameAtMs = nowMs;
    this.#askAtMs = undefined;
  }
}
