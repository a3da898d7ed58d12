/**
 * One media section of a publisher, as it arrives: which SSRC it has, what is missing, what was retransmitted. What comes
 * out are packets as the server keeps them, with extended numbers.
 */
import type { Deadline } from '../../transports/clock.ts';
import { buildNack } from '../../transports/rtcp/build.ts';
import type { ReportBlock, SenderReport } from '../../transports/rtcp/packets.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { canonicalise } from '../../transports/rtp/canonical.ts';
import { type Codec, codecById, type MediaKind } from '../../transports/rtp/codec.ts';
import { keyframeStart } from '../../transports/rtp/keyframe.ts';
import { parseRtp, type RtpPacket, setPayloadType } from '../../transports/rtp/packet.ts';
import { type ReceptionReport, ReceptionStatistics } from '../../transports/rtp/reception.ts';
import { unwrapRtx } from '../../transports/rtp/rtx.ts';
import type { IncomingMedia, IncomingPayload } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';
import type { MediaSource, SourcePacket } from './control/forwarding-control.ts';
import { IncomingSource } from './incoming-source.ts';

/** A packet on its way in. */
export interface Arrival extends SourcePacket {
  readonly kind: MediaKind;
}

/**
 * The least time between two changes of SSRC: packets of the one before arrive late, and a publisher that sends with two
 * at once would begin the numbering anew with every packet.
 */
const MIN_SOURCE_MS = 1000;

type KnownPayload = IncomingPayload & { readonly codec: Codec };

export class IncomingTrack {
  readonly #media: IncomingMedia;
  readonly #payloads = new Map<number, KnownPayload>();
  #source: IncomingSource | undefined;
  /** What retransmissions came on, while there are any. */
  #retransmissions: { readonly ssrc: number; readonly reception: ReceptionStatistics } | undefined;
  #sourceMayChangeAtMs = Number.NEGATIVE_INFINITY;
  #roundTripMs: number | undefined;
  #codec: Codec | undefined;
  readonly #rate = new RateMeter();
  #packets = 0;
  #bytes = 0;
  /** Lost on their own SSRC, and brought back by retransmission. */
  #recovered = 0;
  #lastReport: ReceptionReport | undefined;
  /** Of another SSRC, so soon after the last change of SSRC that it is not taken for another change. */
  packetsOfOtherSources = 0;

  constructor(media: IncomingMedia) {
    this.#media = media;
    for (const payload of media.payloads) {
      const codec = codecById(payload.codecId);
      if (codec !== undefined) this.#payloads.set(payload.payloadType, { ...payload, codec });
    }
  }

  get kind(): MediaKind {
    return this.#media.kind;
  }

  /** The SSRC that it sends with at the moment. */
  get ssrc(): number | undefined {
    return this.#source?.ssrc;
  }

  get media(): IncomingMedia {
    return this.#media;
  }

  carries(payloadType: number): boolean {
    return this.#payloads.has(payloadType);
  }

  /** The round trip to the publisher, as measured: what is missing is asked for again no sooner than it allows. */
  setRoundTrip(roundTripMs: number): void {
    this.#roundTripMs = roundTripMs;
    this.#source?.setRoundTrip(roundTripMs);
  }

  /**
   * Takes a packet in; undefined for a repetition, for a retransmission that brings nothing back, and for what cannot be
   * read. Mere padding on the media's own SSRC passes on with nothing in it, since its sequence number is part of the row.
   */
  receive(nowMs: number, packet: RtpPacket): Arrival | undefined {
    const payload = this.#payloads.get(packet.payloadType);
    if (payload === undefined) return undefined;
    this.#rate.add(nowMs, packet.bytes.length);
    if (payload.apt !== undefined) return this.#receiveRetransmission(nowMs, packet, payload.apt);
    const { clockRate } = payload.codec;
    if (this.#source === undefined) this.#begin(packet.ssrc, clockRate);
    else if (this.#source.ssrc !== packet.ssrc) return this.#takeOfAnother(nowMs, packet, payload.codec);
    return this.#receiveOwn(nowMs, packet, this.#source!, payload.codec);
  }

  /** The publisher's clock; undefined when the report is not about what this track sends at the moment. */
  receiveSenderReport(
    nowMs: number,
    report: SenderReport,
  ): { readonly source: MediaSource; readonly timestamp: number } | undefined {
    const source = this.#source;
    if (source?.ssrc !== report.ssrc) return undefined;
    source.clock.receive(nowMs, report.ntp, report.rtpTimestamp);
    return { source, timestamp: source.extendTimestamp(report.rtpTimestamp) };
  }

  /** What we report on this track since the last time (RFC 3550 section 6.4.1). */
  reportBlock(nowMs: number): ReportBlock | undefined {
    const source = this.#source;
    const report = source?.reception.report();
    if (source === undefined || report === undefined) return undefined;
    this.#lastReport = report;
    return { ssrc: source.ssrc, ...report, ...source.clock.reportTimes(nowMs) };
  }

  /**
   * What we report on the SSRC of the retransmissions (RFC 4588 section 6.1). libwebrtc puts the section's id (MID) into each
   * of them until it hears that they arrive, and what does not fit any more, since the packet was nearly full already, it
   * does not repeat at all.
   */
  retransmissionReportBlock(): ReportBlock | undefined {
    const report = this.#retransmissions?.reception.report();
    if (this.#retransmissions === undefined || report === undefined) return undefined;
    const { ssrc } = this.#retransmissions;
    return { ssrc, ...report, lastSenderReport: 0, delaySinceLastSenderReport: 0 };
  }

  /** Asks for what is missing, where the publisher knows how to be asked. */
  pollNack(rtcpSsrc: number): Uint8Array | undefined {
    const source = this.#source;
    const missing = source?.nacks.poll();
    if (source === undefined || missing === undefined || !this.#media.nack) return undefined;
    return buildNack(rtcpSsrc, source.ssrc, missing);
  }

  deadline(): Deadline | undefined {
    return this.#source?.nacks.deadline();
  }

  advance(nowMs: number): void {
    this.#source?.nacks.advance(nowMs);
  }

  report(nowMs: number): TrackReport {
    const lost = (this.#lastReport?.cumulativeLost ?? 0) - this.#recovered;
    return {
      kind: this.kind,
      ...(this.#codec !== undefined && { codec: this.#codec.name }),
      packets: this.#packets,
      bytes: this.#bytes,
      packetsLost: Math.max(0, lost),
      bitrateBps: Math.round(this.#rate.bytesPerSecond(nowMs) * 8),
      ...(this.#lastReport !== undefined &&
        this.#source !== undefined && {
          jitterMs: Math.round((this.#lastReport.jitter * 10_000) / this.#source.clockRate) / 10,
        }),
    };
  }

  #receiveRetransmission(nowMs: number, packet: RtpPacket, apt: number): Arrival | undefined {
    const source = this.#source;
    const original = this.#payloads.get(apt);
    if (source === undefined || original === undefined) return undefined;
    this.#countRetransmission(nowMs, packet, original.codec);
    const bytes = unwrapRtx(packet, apt, source.ssrc);
    const unwrapped = bytes && parseRtp(bytes);
    return unwrapped && this.#take(nowMs, unwrapped, source, original.codec, true);
  }

  #countRetransmission(nowMs: number, { ssrc, sequenceNumber, timestamp }: RtpPacket, codec: Codec): void {
    if (this.#retransmissions?.ssrc !== ssrc)
      this.#retransmissions = { ssrc, reception: new ReceptionStatistics() };
    this.#retransmissions.reception.update(nowMs, sequenceNumber, timestamp, codec.clockRate);
  }

  #take(
    nowMs: number,
    packet: RtpPacket,
    source: IncomingSource,
    codec: Codec,
    recovered: boolean,
  ): Arrival | undefined {
    const arrival = source.nacks.receive(nowMs, packet.sequenceNumber, { recovered });
    if (arrival === 'not missing') return undefined;
    const afterLongGap = arrival === 'gap too large';
    const timestamp = source.extendTimestamp(packet.timestamp);
    if (afterLongGap) {
      if (!source.clockGoesOn(nowMs, timestamp)) {
        const next = this.#begin(source.ssrc, source.clockRate);
        return { ...this.#receiveOwn(nowMs, packet, next, codec)!, afterLongGap };
      }
      source.leaveGapOut(packet.sequenceNumber);
    }
    const sequenceNumber = source.extend(nowMs, packet.sequenceNumber, timestamp);
    this.#packets += 1;
    this.#bytes += packet.bytes.length;
    if (recovered) this.#recovered += 1;
    this.#codec = codec;
    const bytes = canonicalise(packet, this.#media.extensions);
    setPayloadType(bytes, codec.payloadType);
    const payload = packet.bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength);
    return {
      kind: this.kind,
      bytes,
      source,
      sequenceNumber,
      timestamp,
      keyframe: keyframeStart(codec.name, payload),
      isEmpty: packet.payloadLength === 0,
      afterLongGap,
    };
  }

  /** A packet of the SSRC that this track has, on that SSRC. */
  #receiveOwn(nowMs: number, packet: RtpPacket, source: IncomingSource, codec: Codec): Arrival | undefined {
    const { sequenceNumber, timestamp } = packet;
    const update = source.reception.update(nowMs, sequenceNumber, timestamp, source.clockRate);
    if (update === 'restarted') this.#recovered = 0;
    return this.#take(nowMs, packet, source, codec, false);
  }

  #takeOfAnother(nowMs: number, packet: RtpPacket, codec: Codec): Arrival | undefined {
    if (nowMs < this.#sourceMayChangeAtMs) {
      this.packetsOfOtherSources += 1;
      return undefined;
    }
    this.#sourceMayChangeAtMs = nowMs + MIN_SOURCE_MS;
    const source = this.#begin(packet.ssrc, codec.clockRate);
    const arrival = this.#receiveOwn(nowMs, packet, source, codec);
    return arrival && { ...arrival, afterLongGap: true };
  }

  #begin(ssrc: number, clockRate: number): IncomingSource {
    this.#recovered = 0;
    this.#lastReport = undefined;
    this.#source = new IncomingSource({
      ssrc,
      clockRate,
      repairs: this.#media.nack,
      roundTripMs: this.#roundTripMs,
    });
    return this.#source;
  }
}
