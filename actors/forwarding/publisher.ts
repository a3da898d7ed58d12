/**
 * The media side of a publisher's session: its tracks, and the RTCP that keeps it content: receiver reports, NACKs,
 * keyframe requests, and the transport-wide feedback by which it finds its bitrate. With the receiver reports goes a
 * reference time of ours, whose echo (RFC 3611 sections 4.4 and 4.5) tells the round trip. The core of the actor `push-…`.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import {
  buildPli,
  buildReceiverReferenceTime,
  buildReceiverReport,
  buildSdes,
  compound,
} from '../../transports/rtcp/build.ts';
import { middleOfNtp, type NtpTime, ntpFromWallMs, roundTripMs } from '../../transports/rtcp/ntp.ts';
import type { ExtendedReport } from '../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../transports/rtcp/parse.ts';
import { TransportFeedbackRecorder } from '../../transports/rtcp/transport-feedback.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { readTransportSequenceNumber } from '../../transports/rtp/extensions.ts';
import { parseRtp, type RtpPacket } from '../../transports/rtp/packet.ts';
import type { IncomingMedia } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';
import type { MediaSource } from './control/forwarding-control.ts';
import { type Arrival, IncomingTrack } from './incoming-track.ts';
import { PublishCap } from './publish-cap.ts';

/** RFC 3550 section 6.2 allows 5 s; senders adapt and measure the round trip by these reports, so ours come sooner. */
const REPORT_INTERVAL_MS = 1000;
/** More than any Ethernet frame carries; what is longer is none, and would fit neither a slab's page nor a relay frame. */
const MAX_RTP_BYTES = 2000;
/** A round trip that no client of a live class has: what says so is a mistake or a lie. */
const MAX_ROUND_TRIP_MS = 10_000;
/** Our name in RTCP: there is nothing to bind together, and nothing to tell. */
const CNAME = 'zrtc';

/** The publisher's clock, told for one source of a track. */
export interface PublisherClock {
  readonly kind: MediaKind;
  readonly source: MediaSource;
  readonly ntp: NtpTime;
  /** Extended, as the source counts. */
  readonly timestamp: number;
}

export class Publisher {
  readonly #tracks: readonly IncomingTrack[];
  readonly #cap: PublishCap;
  readonly #rtcpSsrc: number;
  readonly #feedback: TransportFeedbackRecorder;
  #reportAtMs: number;
  #roundTripMs: number | undefined;
  readonly #outputs: Uint8Array[] = [];
  readonly counters = { rtpMalformed: 0, rtpUnknown: 0, rtpOverCap: 0, rtcpMalformed: 0, keyframesAsked: 0 };

  constructor(nowMs: number, media: readonly IncomingMedia[], rtcpSsrc: number) {
    this.#tracks = media.map(one => new IncomingTrack(one));
    this.#cap = new PublishCap(media.find(({ kind }) => kind === 'video')?.maxKbps);
    this.#rtcpSsrc = rtcpSsrc;
    this.#feedback = new TransportFeedbackRecorder(rtcpSsrc);
    this.#reportAtMs = nowMs + REPORT_INTERVAL_MS;
  }

  /** As the publisher's last answer to a reference time of ours told it; undefined for one that does not answer. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  get packetsOfOtherSources(): number {
    return this.#tracks.reduce((sum, track) => sum + track.packetsOfOtherSources, 0);
  }

  /** An opened RTP packet; undefined when it brings no media. */
  receiveRtp(nowMs: number, bytes: Uint8Array): Arrival | undefined {
    const packet = bytes.length > MAX_RTP_BYTES ? undefined : parseRtp(bytes);
    if (packet === undefined) {
      this.counters.rtpMalformed += 1;
      return undefined;
    }
    const track = this.#trackOf(packet);
    if (track === undefined) {
      this.counters.rtpUnknown += 1;
      return undefined;
    }
    // Before anything notes it as received: to its sender it is lost.
    if (!this.#cap.admits(nowMs, track.kind, bytes.length)) {
      this.counters.rtpOverCap += 1;
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
      if (packet.kind === 'extended-report') this.#takeRoundTrip(nowMs, packet);
      if (packet.kind !== 'sender-report') continue;
      for (const track of this.#tracks) {
        const known = track.receiveSenderReport(nowMs, packet);
        if (known !== undefined) clocks.push({ kind: track.kind, ntp: packet.ntp, ...known });
      }
    }
    return clocks;
  }

  /** It is known, from its packets or its description, what to name in a request for a keyframe. */
  get canAskKeyframe(): boolean {
    return this.#videoSsrc !== undefined;
  }

  /** Asks for a keyframe at once, if it can be asked for; how often that may be is for the caller to know. */
  askKeyframe(): void {
    const ssrc = this.#videoSsrc;
    if (ssrc === undefined) return;
    this.#outputs.push(buildPli(this.#rtcpSsrc, ssrc));
    this.counters.keyframesAsked += 1;
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
    const blocks = this.#tracks.flatMap(track =>
      [track.reportBlock(nowMs), track.retransmissionReportBlock()].filter(block => block !== undefined),
    );
    this.#outputs.push(
      compound([
        buildReceiverReport(this.#rtcpSsrc, blocks),
        buildSdes(this.#rtcpSsrc, CNAME),
        // Only its echo comes back to us, so that any clock of ours will do (RFC 3611 section 4.4).
        buildReceiverReferenceTime(this.#rtcpSsrc, ntpFromWallMs(nowMs)),
      ]),
    );
  }

  #takeRoundTrip(nowMs: number, { blocks }: ExtendedReport): void {
    for (const block of blocks) {
      if (block.kind !== 'delay-since-last-receiver-report') continue;
      const echo = block.reports.find(({ ssrc }) => ssrc === this.#rtcpSsrc);
      if (echo === undefined) continue;
      const arrival = middleOfNtp(ntpFromWallMs(nowMs));
      const measuredMs = roundTripMs(arrival, echo.lastReceiverReport, echo.delaySinceLastReceiverReport);
      if (measuredMs === undefined || measuredMs > MAX_ROUND_TRIP_MS) continue;
      this.#roundTripMs = measuredMs;
      for (const track of this.#tracks) track.setRoundTrip(measuredMs);
    }
  }

  get #videoSsrc(): number | undefined {
    const video = this.#tracks.find(track => track.kind === 'video');
    return video?.ssrc ?? video?.media.ssrc;
  }

  /** In a bundle a payload type belongs to one section (RFC 9143 section 9.2), so that it is enough to go by. */
  #trackOf(packet: RtpPacket): IncomingTrack | undefined {
    return this.#tracks.find(track => track.carries(packet.payloadType));
  }
}
