/**
 * The media side of a publisher's session: its tracks, and the RTCP that keeps it content: receiver reports, NACKs,
 * keyframe requests, and the transport-wide feedback by which it finds its bitrate. The core of the actor `push-…`.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { buildPli, buildReceiverReport, buildSdes, compound } from '../../transports/rtcp/build.ts';
import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import { parseRtcp } from '../../transports/rtcp/parse.ts';
import { TransportFeedbackRecorder } from '../../transports/rtcp/transport-feedback.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { readTransportSequenceNumber } from '../../transports/rtp/extensions.ts';
import { parseRtp, type RtpPacket } from '../../transports/rtp/packet.ts';
import type { IncomingMedia } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';
import { type Arrival, IncomingTrack } from './incoming-track.ts';

/** RFC 3550 section 6.2 allows 5 s; senders adapt and measure the round trip by these reports, so ours come sooner. */
const REPORT_INTERVAL_MS = 1000;
/** Our name in RTCP: there is nothing to bind together, and nothing to tell. */
const CNAME = 'zrtc';

/** The publisher's clock, told for one source of a track. */
export interface PublisherClock {
  readonly kind: MediaKind;
  readonly source: object;
  readonly ntp: NtpTime;
  /** Extended, as the source counts. */
  readonly timestamp: number;
}

export class Publisher {
  readonly #tracks: readonly IncomingTrack[];
  readonly #rtcpSsrc: number;
  readonly #feedback: TransportFeedbackRecorder;
  #reportAtMs: number;
  readonly #outputs: Uint8Array[] = [];
  readonly counters = { rtpMalformed: 0, rtpUnknown: 0, rtcpMalformed: 0, keyframesAsked: 0 };

  constructor(nowMs: number, media: readonly IncomingMedia[], rtcpSsrc: number) {
    this.#tracks = media.map(one => new IncomingTrack(one));
    this.#rtcpSsrc = rtcpSsrc;
    this.#feedback = new TransportFeedbackRecorder(rtcpSsrc);
    this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
  }

  /** An opened RTP packet; undefined when it brings no media. */
  receiveRtp(nowMs: number, bytes: Uint8Array): Arrival | undefined {
    const packet = parseRtp(bytes);
    if (packet === undefined) {
      this.counters.rtpMalformed += 1;
      return undefined;
    }
    const track = this.#trackOf(packet);
    if (track === undefined) {
      this.counters.rtpUnknown += 1;
      return undefined;
    }
    const transportSequence = readTransportSequenceNumber(packet, track.media.extensions.transportWideCc);
    if (transportSequence !== undefined) this.#feedback.receive(nowMs, transportSequence, packet.ssrc);
    return track.receive(nowMs, packet);
  }

  /** An opened RTCP datagram; what it tells of the publisher's clock. */
  receiveRtcp(nowMs: number, bytes: Uint8Array): readonly PublisherClock[] {
    const packets = parseRtcp(bytes);
    if (packets === undefined) {
      this.counters.rtcpMalformed += 1;
      return [];
    }
    const clocks: PublisherClock[] = [];
    for (const packet of packets) {
      if (packet.kind !== 'sender-report') continue;
      for (const track of this.#tracks) {
        const known = track.receiveSenderReport(nowMs, packet);
        if (known !== undefined) clocks.push({ kind: track.kind, ntp: packet.ntp, ...known });
      }
    }
    return clocks;
  }

  /** Asks for a keyframe at once; how often that may be is for the caller to know. */
  askKeyframe(): boolean {
    const ssrc = this.#tracks.find(track => track.kind === 'video')?.ssrc;
    if (ssrc === undefined) return false;
    this.#outputs.push(buildPli(this.#rtcpSsrc, ssrc));
    this.counters.keyframesAsked += 1;
    return true;
  }

  deadline(): Deadline {
    let first: Deadline = { atMs: this.#reportAtMs, reason: 'receiver report' };
    first = earlier(first, this.#feedback.deadline()) ?? first;
    for (const track of this.#tracks) first = earlier(first, track.deadline()) ?? first;
    return first;
  }

  advance(nowMs: number): void {
    this.#feedback.advance(nowMs);
    for (const track of this.#tracks) track.advance(nowMs);
    if (nowMs >= this.#reportAtMs) {
      this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
      this.#report(nowMs);
    }
  }

  /** RTCP for the publisher, to be sealed, until there is none. */
  poll(): Uint8Array | undefined {
    for (const track of this.#tracks) {
      const nack = track.pollNack(this.#rtcpSsrc);
      if (nack !== undefined) return nack;
    }
    return this.#feedback.poll() ?? this.#outputs.shift();
  }

  trackReports(nowMs: number): readonly TrackReport[] {
    return this.#tracks.map(track => track.report(nowMs));
  }

  #report(nowMs: number): void {
    const blocks = this.#tracks.flatMap(track => track.reportBlock(nowMs) ?? []);
    this.#outputs.push(
      compound([buildReceiverReport(this.#rtcpSsrc, blocks), buildSdes(this.#rtcpSsrc, CNAME)]),
    );
  }

  /** In a bundle a payload type belongs to one section (RFC 9143 section 9.2), so that it is enough to go by. */
  #trackOf(packet: RtpPacket): IncomingTrack | undefined {
    return this.#tracks.find(track => track.carries(packet.payloadType));
  }
}
