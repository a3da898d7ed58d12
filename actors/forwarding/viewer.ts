/** The media side of a viewer's session: its tracks, and what its RTCP asks for. The core of the actor `pull-…`. */
import type { Fanout } from '../../transports/fanout/port.ts';
import { buildSdes, compound } from '../../transports/rtcp/build.ts';
import type { RtcpPacket } from '../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../transports/rtcp/parse.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { OutgoingMedia } from '../../transports/sdp/port.ts';
import type { SrtpTransform } from '../../transports/srtp/port.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { TrackReport } from '../protocol.ts';
import { KeyframeAllowance } from './keyframe-allowance.ts';
import { OutgoingTrack } from './outgoing-track.ts';
import type { TrackClock } from './stream-clock.ts';

/** What a viewer wants of the stream. */
export interface ViewerWish {
  readonly kind: MediaKind;
  readonly keyframe: boolean;
  /** Sequence numbers, as this viewer knows them, to be sent again. */
  readonly missing: readonly number[];
}

export class Viewer {
  readonly #tracks: readonly OutgoingTrack[];
  readonly #cname: string;
  readonly #keyframes = new KeyframeAllowance();
  readonly counters = { rtcpMalformed: 0, keyframesWanted: 0, keyframesRefused: 0, packetsAskedAgain: 0 };

  constructor(media: readonly OutgoingMedia[], cname: string) {
    this.#tracks = media.map(one => new OutgoingTrack(one));
    this.#cname = cname;
  }

  get roundTripMs(): number | undefined {
    return this.#tracks.find(track => track.roundTripMs !== undefined)?.roundTripMs;
  }

  track(kind: MediaKind): OutgoingTrack | undefined {
    return this.#tracks.find(track => track.kind === kind);
  }

  /** Media may flow, by that path. */
  open(fanout: Fanout, srtp: SrtpTransform, path: Path, onFault: (error: unknown) => void): void {
    for (const track of this.#tracks) track.open(fanout, srtp, path, onFault);
  }

  /** The viewer is reached by another path from now on. */
  lead(path: Path): void {
    for (const track of this.#tracks) track.lead(path);
  }

  /** An opened RTCP datagram; what the viewer wishes. */
  receiveRtcp(nowMs: number, bytes: Uint8Array): readonly ViewerWish[] {
    const packets = parseRtcp(bytes);
    if (packets === undefined) {
      this.counters.rtcpMalformed += 1;
      return [];
    }
    return packets.flatMap(packet => this.#take(nowMs, packet) ?? []);
  }

  /** RTCP that tells the viewer the publisher's clock on its own SSRC; undefined for a track that it does not take. */
  senderReport(nowMs: number, kind: MediaKind, clock: TrackClock): Uint8Array | undefined {
    const track = this.track(kind);
    if (track === undefined) return undefined;
    return compound([track.senderReport(nowMs, clock), buildSdes(track.media.ssrc, this.#cname)]);
  }

  trackReports(nowMs: number): readonly TrackReport[] {
    return this.#tracks.map(track => track.report(nowMs));
  }

  get retransmitted(): number {
    return this.#tracks.reduce((sum, track) => sum + track.retransmitted, 0);
  }

  get notRetransmitted(): number {
    return this.#tracks.reduce((sum, track) => sum + track.notRetransmitted, 0);
  }

  get notNegotiated(): number {
    return this.#tracks.reduce((sum, track) => sum + track.notNegotiated, 0);
  }

  #take(nowMs: number, packet: RtcpPacket): ViewerWish | undefined {
    switch (packet.kind) {
      case 'sender-report':
      case 'receiver-report':
        for (const block of packet.reports) this.#bySsrc(block.ssrc)?.receiveReport(nowMs, block);
        return undefined;
      case 'nack': {
        const track = this.#bySsrc(packet.mediaSsrc);
        if (track === undefined) return undefined;
        this.counters.packetsAskedAgain += packet.sequenceNumbers.length;
        return { kind: track.kind, keyframe: false, missing: packet.sequenceNumbers };
      }
      case 'picture-loss-indication':
        return this.#keyframe(nowMs, [packet.mediaSsrc]);
      case 'full-intra-request':
        return this.#keyframe(
          nowMs,
          packet.requests.map(({ ssrc }) => ssrc),
        );
      default:
        return undefined;
    }
  }

  /** A wish for what only video has; undefined when it names none, or has been made too often. */
  #keyframe(nowMs: number, ssrcs: readonly number[]): ViewerWish | undefined {
    const video = this.track('video');
    if (video === undefined || !ssrcs.includes(video.media.ssrc)) return undefined;
    this.counters.keyframesWanted += 1;
    if (this.#keyframes.take(nowMs)) return { kind: 'video', keyframe: true, missing: [] };
    this.counters.keyframesRefused += 1;
    return undefined;
  }

  #bySsrc(ssrc: number): OutgoingTrack | undefined {
    return this.#tracks.find(track => track.media.ssrc === ssrc);
  }
}
