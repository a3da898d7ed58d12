/**
 * A client of a real server for what otherwise runs on the virtual network: the simulated camera's and the simulated screen's
 * packets, sealed and opened by SRTP, over an ICE and a DTLS of its own. A core without clock or socket.
 */
import type { Deadline } from '../../transports/clock.ts';
import type { Path } from '../../transports/udp/path.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { publisherOffer, viewerAnswer } from '../client-sdp.ts';
import type { PublisherCore, ViewerCore } from './join.ts';
import { LoadPeer, type LoadPeerOptions, type RemotePeer } from './load-peer.ts';
import { readServerOffer, type ServerOffer } from './server-sdp.ts';

/** Of what it publishes. */
export const mediaClientSsrcs = { audio: 11, video: 22, videoRtx: 23 } as const;

export class MediaClient implements PublisherCore, ViewerCore {
  readonly #options: LoadPeerOptions;
  readonly #peer: LoadPeer;
  #offered: ServerOffer | undefined;
  #isToldConnected = false;
  /** Hears each RTP packet in the clear; it is valid during the call. */
  onRtp: ((bytes: Uint8Array) => void) | undefined;
  /** Hears each RTCP packet in the clear. */
  onRtcp: ((bytes: Uint8Array) => void) | undefined;
  /** Hears once that media may flow. */
  onConnected: (() => void) | undefined;
  /** Hears that there is something to send. */
  onSend: (() => void) | undefined;
  /** When anything of the server's came last, ms. */
  heardAtMs: number | undefined;

  constructor(options: LoadPeerOptions) {
    this.#options = options;
    this.#peer = new LoadPeer(options);
  }

  /** To publish. */
  get offer(): string {
    return publisherOffer(this.#peer.ice, mediaClientSsrcs, this.#options.certificate.fingerprint);
  }

  /** When the DTLS handshake was complete, ms. */
  get connectedAtMs(): number | undefined {
    return this.#peer.connectedAtMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#peer.endReason;
  }

  /** What the server offered; undefined before, and for a publisher. */
  get offered(): ServerOffer | undefined {
    return this.#offered;
  }

  /** To watch: the answer to the server's offer, and where to connect to. Throws an Error that says what the offer lacks. */
  accept(sdp: string): { readonly answer: string; readonly candidate: ServerOffer['candidate'] } {
    this.#offered = readServerOffer(sdp);
    return {
      answer: viewerAnswer(this.#peer.ice, sdp, this.#options.certificate.fingerprint),
      candidate: this.#offered.candidate,
    };
  }

  /** A viewer knows the server already. */
  connect(nowMs: number, remote: RemotePeer | undefined = this.#offered): void {
    if (remote !== undefined) this.#peer.connect(nowMs, remote);
  }

  /** RTP or RTCP in the clear; nothing is sent before media may flow. */
  send(bytes: Uint8Array): void {
    const { srtp } = this.#peer;
    if (srtp === undefined || this.#peer.endReason !== undefined) return;
    this.#peer.send(demultiplex(bytes) === 'srtcp' ? srtp.sealRtcp(bytes) : srtp.sealRtp(bytes));
    this.onSend?.();
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    this.heardAtMs = nowMs;
    switch (demultiplex(bytes)) {
      case 'stun':
        return this.#peer.receiveStun(nowMs, bytes, path);
      case 'dtls':
        this.#peer.receiveDtls(nowMs, bytes);
        return this.#tellConnected();
      case 'srtp':
        return opened(this.#peer.srtp?.openRtp(bytes), this.onRtp);
      case 'srtcp':
        return opened(this.#peer.srtp?.openRtcp(bytes), this.onRtcp);
      default:
    }
  }

  deadline(): Deadline | undefined {
    return this.#peer.deadline();
  }

  advance(nowMs: number): void {
    this.#peer.advance(nowMs);
  }

  leave(nowMs: number): void {
    this.#peer.leave(nowMs);
  }

  /** The next datagram for the server. */
  poll(): Uint8Array | undefined {
    return this.#peer.poll();
  }

  #tellConnected(): void {
    if (this.#isToldConnected || this.#peer.srtp === undefined) return;
    this.#isToldConnected = true;
    this.onConnected?.();
  }
}

/** What does not open, being forged or repeated, is left out. */
function opened(packet: Uint8Array | string | undefined, hear: ((bytes: Uint8Array) => void) | undefined) {
  if (typeof packet === 'object') hear?.(packet);
}
