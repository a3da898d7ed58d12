/** A viewer that notes of each packet how long it is, what it is and when it came; its keyframe it asks for when told. */
import type { Deadline } from '../../transports/clock.ts';
import { buildPli, buildReceiverReport, compound } from '../../transports/rtcp/build.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import type { Path } from '../../transports/udp/path.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { viewerAnswer } from '../client-sdp.ts';
import type { ViewerCore } from '../load/join.ts';
import { LoadPeer, type LoadPeerOptions } from '../load/load-peer.ts';
import type { RecordedPacket } from '../load/recording.ts';
import { readServerOffer, type ServerOffer } from '../load/server-sdp.ts';
import { beginsKeyframe } from '../load/vp8-keyframe.ts';

/** As the sender of its RTCP: any number will do, since it sends no media. */
const OWN_SSRC = 1;
/** A minute of 10 Mbit/s. */
const PACKETS_MAX = 100_000;

export class RecordingViewer implements ViewerCore {
  readonly #options: LoadPeerOptions;
  readonly #peer: LoadPeer;
  #offer: ServerOffer | undefined;
  #isWanted = false;
  /** From the keyframe on that was asked for; their times are the clock's. */
  readonly packets: RecordedPacket[] = [];

  constructor(options: LoadPeerOptions) {
    this.#options = options;
    this.#peer = new LoadPeer(options);
  }

  get connectedAtMs(): number | undefined {
    return this.#peer.connectedAtMs;
  }

  accept(sdp: string): { readonly answer: string; readonly candidate: ServerOffer['candidate'] } {
    this.#offer = readServerOffer(sdp);
    const answer = viewerAnswer(this.#peer.ice, sdp, this.#options.certificate.fingerprint);
    return { answer, candidate: this.#offer.candidate };
  }

  connect(nowMs: number): void {
    if (this.#offer !== undefined) this.#peer.connect(nowMs, this.#offer);
  }

  /** Asks for a keyframe, with which the recording begins. */
  record(): void {
    const { srtp } = this.#peer;
    if (srtp === undefined || this.#offer === undefined) return;
    this.#isWanted = true;
    const request = [buildReceiverReport(OWN_SSRC, []), buildPli(OWN_SSRC, this.#offer.videoSsrc)];
    this.#peer.send(srtp.sealRtcp(compound(request)));
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    switch (demultiplex(bytes)) {
      case 'srtp':
        if (this.#isWanted) this.#note(nowMs, bytes);
        return;
      case 'stun':
        return this.#peer.receiveStun(nowMs, bytes, path);
      case 'dtls':
        return this.#peer.receiveDtls(nowMs, bytes);
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

  poll(): Uint8Array | undefined {
    return this.#peer.poll();
  }

  #note(atMs: number, bytes: Uint8Array): void {
    const opened = this.#peer.srtp?.openRtp(bytes);
    const packet = typeof opened === 'object' ? parseRtp(opened) : undefined;
    if (packet === undefined || this.packets.length >= PACKETS_MAX) return;
    const { ssrc, payloadOffset, payloadLength, payloadType, marker } = packet;
    const payload = packet.bytes.subarray(payloadOffset, payloadOffset + payloadLength);
    const isVideo = ssrc === this.#offer?.videoSsrc && payloadType === this.#offer.vp8PayloadType;
    if (!isVideo && ssrc !== this.#offer?.audioSsrc) return;
    const noted: RecordedPacket = {
      atMs,
      kind: isVideo ? 'video' : 'audio',
      payloadBytes: payloadLength,
      beginsKeyframe: isVideo && beginsKeyframe(payload),
      endsFrame: isVideo && marker,
    };
    if (noted.beginsKeyframe || this.packets.length > 0) this.packets.push(noted);
  }
}
