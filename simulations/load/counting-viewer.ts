/**
 * A viewer that costs as little as can be, for thousands in one process: ICE, DTLS and SRTP as a browser has them, but of
 * what comes it reads only the headers, which are in the clear (RFC 3711 section 3.1), and counts what is missing. One that
 * is a sample decrypts each packet and reads its mark. Reports once a second, asks for a keyframe until there is video, and
 * for no repairs.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { buildPli, buildReceiverReport, compound } from '../../transports/rtcp/build.ts';
import { readUint16, readUint32 } from '../../transports/rtp/byte-order.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { fixedHeaderLength, parseRtp } from '../../transports/rtp/packet.ts';
import type { Path } from '../../transports/udp/path.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { viewerAnswer } from '../client-sdp.ts';
import { LoadPeer, type LoadPeerOptions } from './load-peer.ts';
import { readMark } from './packet-mark.ts';
import { SequenceCount } from './sequence-count.ts';
import { readServerOffer, type ServerOffer } from './server-sdp.ts';

/** libwebrtc waits as long for a keyframe before it asks, and asks again. */
const KEYFRAME_WAIT_MS = 200;
const REPORT_INTERVAL_MS = 1000;
/** As the sender of its RTCP: any number will do, since it sends no media. */
const OWN_SSRC = 1;
/** Of one viewer: a minute of 400 packets a second. */
const DELAYS_MAX = 24_000;

export interface CountingViewerOptions extends LoadPeerOptions {
  /** What it takes of the offer. */
  readonly kinds: readonly MediaKind[];
  /** Whether it decrypts and measures. */
  readonly isSample: boolean;
}

/** What has come so far. */
export interface Counted {
  readonly packets: number;
  readonly bytes: number;
  /** By the gaps in the sequence numbers; what is overtaken counts until it comes. */
  readonly lost: number;
}

export class CountingViewer {
  readonly #options: CountingViewerOptions;
  readonly #peer: LoadPeer;
  readonly #video = new SequenceCount();
  readonly #audio = new SequenceCount();
  #offer: ServerOffer | undefined;
  #videoSsrc = -1;
  #audioSsrc = -1;
  #bytes = 0;
  #askAtMs = Number.POSITIVE_INFINITY;
  #reportAtMs = Number.POSITIVE_INFINITY;
  #window = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  /** Of a sample: how long each packet that was sent in the window was on its way, ms. */
  readonly delaysMs: number[] = [];

  constructor(options: CountingViewerOptions) {
    this.#options = options;
    this.#peer = new LoadPeer(options);
  }

  /** When the DTLS handshake was complete, ms. */
  get connectedAtMs(): number | undefined {
    return this.#peer.connectedAtMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#peer.endReason;
  }

  /** The server's UDP port, once it is known. */
  get serverPort(): number | undefined {
    return this.#offer?.candidate.port;
  }

  get counted(): Counted {
    return {
      packets: this.#video.received + this.#audio.received,
      bytes: this.#bytes,
      lost: this.#video.lost + this.#audio.lost,
    };
  }

  /** Each kind that it takes has come. */
  get hasMedia(): boolean {
    const { kinds } = this.#options;
    return kinds.every(kind => (kind === 'video' ? this.#video : this.#audio).received > 0);
  }

  /** The answer to the server's offer, and where to connect to. Throws an Error that says what the offer lacks. */
  accept(sdp: string): { readonly answer: string; readonly candidate: ServerOffer['candidate'] } {
    const { certificate, kinds } = this.#options;
    this.#offer = readServerOffer(sdp);
    [this.#videoSsrc, this.#audioSsrc] = [this.#offer.videoSsrc, this.#offer.audioSsrc];
    return {
      answer: viewerAnswer(this.#peer.ice, sdp, certificate.fingerprint, kinds),
      candidate: this.#offer.candidate,
    };
  }

  /** The server has the answer. */
  connect(nowMs: number): void {
    if (this.#offer !== undefined) this.#peer.connect(nowMs, this.#offer);
  }

  /** A sample notes the delays of what is sent from `fromMs` on and before `toMs`. */
  measure(fromMs: number, toMs: number): void {
    this.#window = { fromMs, toMs };
  }

  /** Takes what needs no more than to be counted; false for all else, which is for `receive`. */
  count(bytes: Uint8Array): boolean {
    if (this.#options.isSample || demultiplex(bytes) !== 'srtp') return false;
    this.#add(bytes);
    return true;
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    switch (demultiplex(bytes)) {
      case 'srtp':
        this.#add(bytes);
        if (this.#options.isSample) this.#read(nowMs, bytes);
        return;
      case 'stun':
        return this.#peer.receiveStun(nowMs, bytes, path);
      case 'dtls':
        this.#peer.receiveDtls(nowMs, bytes);
        if (this.#peer.srtp === undefined || this.#reportAtMs !== Number.POSITIVE_INFINITY) return;
        this.#askAtMs = nowMs + KEYFRAME_WAIT_MS;
        this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
        return;
      default:
    }
  }

  deadline(): Deadline | undefined {
    if (this.#peer.endReason !== undefined) return undefined;
    const atMs = Math.min(this.#askAtMs, this.#reportAtMs);
    const own = atMs === Number.POSITIVE_INFINITY ? undefined : { atMs, reason: 'report' };
    return earlier(own, this.#peer.deadline());
  }

  advance(nowMs: number): void {
    this.#peer.advance(nowMs);
    if (this.#peer.endReason !== undefined) return;
    if (nowMs >= this.#askAtMs) this.#askKeyframe(nowMs);
    if (nowMs >= this.#reportAtMs) this.#report(nowMs);
  }

  leave(nowMs: number): void {
    this.#peer.leave(nowMs);
  }

  /** The next datagram for the server. */
  poll(): Uint8Array | undefined {
    return this.#peer.poll();
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length < fixedHeaderLength) return;
    const ssrc = readUint32(bytes, 8);
    if (ssrc === this.#videoSsrc) this.#video.add(readUint16(bytes, 2));
    else if (ssrc === this.#audioSsrc) this.#audio.add(readUint16(bytes, 2));
    else return;
    this.#bytes += bytes.length;
  }

  #read(nowMs: number, bytes: Uint8Array): void {
    const opened = this.#peer.srtp?.openRtp(bytes);
    const packet = typeof opened === 'object' ? parseRtp(opened) : undefined;
    if (packet === undefined) return;
    const { payloadOffset, payloadLength } = packet;
    const mark = readMark(packet.bytes.subarray(payloadOffset, payloadOffset + payloadLength));
    if (mark === undefined) return;
    const { fromMs, toMs } = this.#window;
    if (mark.sentAtMs < fromMs || mark.sentAtMs >= toMs || this.delaysMs.length >= DELAYS_MAX) return;
    this.delaysMs.push(nowMs - mark.sentAtMs);
  }

  #askKeyframe(nowMs: number): void {
    const { srtp } = this.#peer;
    const isWanted = this.#video.received === 0 && srtp !== undefined;
    this.#askAtMs = isWanted ? nowMs + KEYFRAME_WAIT_MS : Number.POSITIVE_INFINITY;
    if (!isWanted) return;
    const request = [buildReceiverReport(OWN_SSRC, []), buildPli(OWN_SSRC, this.#videoSsrc)];
    this.#peer.send(srtp.sealRtcp(compound(request)));
  }

  #report(nowMs: number): void {
    this.#reportAtMs += REPORT_INTERVAL_MS;
    if (this.#reportAtMs <= nowMs) this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
    const { srtp } = this.#peer;
    if (srtp === undefined) return;
    const blocks = [blockOf(this.#videoSsrc, this.#video), blockOf(this.#audioSsrc, this.#audio)];
    const reports = blocks.filter(({ extendedHighest }) => extendedHighest > 0);
    this.#peer.send(srtp.sealRtcp(buildReceiverReport(OWN_SSRC, reports)));
  }
}

/** As much of a report as is counted anyway: no jitter, and no round trip. */
function blockOf(ssrc: number, count: SequenceCount) {
  return {
    ssrc,
    fractionLost: 0,
    cumulativeLost: Math.max(0, count.lost),
    extendedHighest: count.extendedHighest,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
  };
}
