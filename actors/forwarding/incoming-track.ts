/**
 * One media section of a publisher, as it arrives: which SSRC it has, what is missing, what was retransmitted. What comes
 * out are packets as the server keeps them, with extended numbers.
 */
import type { Deadline } from '../../transports/clock.ts';
import { buildNack } from '../../transports/rtcp/build.ts';
import type { ReportBlock, SenderReport } from '../../transports/rtcp/packets.ts';
import { SenderClock } from '../../transports/rtcp/sender-clock.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { canonicalise } from '../../transports/rtp/canonical.ts';
import { type Codec, codecById, type MediaKind } from '../../transports/rtp/codec.ts';
import { NackGenerator } from '../../transports/rtp/nack-generator.ts';
import { parseRtp, type RtpPacket, setPayloadType } from '../../transports/rtp/packet.ts';
import { type ReceptionReport, ReceptionStatistics } from '../../transports/rtp/reception.ts';
import { unwrapRtx } from '../../transports/rtp/rtx.ts';
import { SequenceUnwrapper } from '../../transports/rtp/sequence.ts';
import type { IncomingMedia, IncomingPayload } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';

/** A packet on its way in: canonical bytes that are the taker's to keep, and where they belong. */
export interface Arrival {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  /** Stands for this publication's SSRC. */
  readonly source: object;
  /** Extended, as the source counts. */
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** So much is missing before it that only a keyframe helps. */
  readonly afterLongGap: boolean;
}

/** What belongs to one SSRC; made anew when the publisher changes it. */
interface Source {
  readonly ssrc: number;
  readonly clockRate: number;
  readonly sequence: SequenceUnwrapper;
  readonly timestamps: SequenceUnwrapper;
  readonly reception: ReceptionStatistics;
  readonly nacks: NackGenerator;
  readonly clock: SenderClock;
}

type KnownPayload = IncomingPayload & { readonly codec: Codec };

export class IncomingTrack {
  readonly #media: IncomingMedia;
  readonly #payloads = new Map<number, KnownPayload>();
  #source: Source | undefined;
  #codec: Codec | undefined;
  readonly #rate = new RateMeter();
  #packets = 0;
  #bytes = 0;
  /** Lost on their own SSRC, and brought back by retransmission. */
  #recovered = 0;
  #lastReport: ReceptionReport | undefined;

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

  /** Takes a packet in; undefined for a repetition, for mere padding, and for what cannot be read. */
  receive(nowMs: number, packet: RtpPacket): Arrival | undefined {
    const payload = this.#payloads.get(packet.payloadType);
    if (payload === undefined) return undefined;
    this.#rate.add(nowMs, packet.bytes.length);
    if (payload.apt !== undefined) return this.#receiveRetransmission(nowMs, packet, payload.apt);
    const source = this.#sourceOf(packet.ssrc, payload.codec.clockRate);
    source.reception.update(nowMs, packet.sequenceNumber, packet.timestamp, source.clockRate);
    return this.#take(nowMs, packet, source, payload.codec, false);
  }

  /** The publisher's clock; undefined when the report is not about what this track sends at the moment. */
  receiveSenderReport(
    nowMs: number,
    report: SenderReport,
  ): { readonly source: object; readonly timestamp: number } | undefined {
    const source = this.#source;
    if (source?.ssrc !== report.ssrc) return undefined;
    source.clock.receive(nowMs, report.ntp, report.rtpTimestamp);
    return { source, timestamp: source.timestamps.unwrap(report.rtpTimestamp) };
  }

  /** What we report on this track since the last time (RFC 3550 section 6.4.1). */
  reportBlock(nowMs: number): ReportBlock | undefined {
    const source = this.#source;
    const report = source?.reception.report();
    if (source === undefined || report === undefined) return undefined;
    this.#lastReport = report;
    return { ssrc: source.ssrc, ...report, ...source.clock.reportTimes(nowMs) };
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
    const bytes = unwrapRtx(packet, apt, source.ssrc);
    const unwrapped = bytes && parseRtp(bytes);
    return unwrapped && this.#take(nowMs, unwrapped, source, original.codec, true);
  }

  #take(
    nowMs: number,
    packet: RtpPacket,
    source: Source,
    codec: Codec,
    recovered: boolean,
  ): Arrival | undefined {
    const arrival = source.nacks.receive(nowMs, packet.sequenceNumber, { recovered });
    if (arrival === 'not missing') return undefined;
    if (arrival === 'gap too large') return this.#takeAfterGap(nowMs, packet, source, codec);
    this.#packets += 1;
    this.#bytes += packet.bytes.length;
    if (recovered) this.#recovered += 1;
    this.#codec = codec;
    const bytes = canonicalise(packet, this.#media.extensions);
    setPayloadType(bytes, codec.payloadType);
    return {
      kind: this.kind,
      bytes,
      source,
      sequenceNumber: source.sequence.unwrap(packet.sequenceNumber),
      timestamp: source.timestamps.unwrap(packet.timestamp),
      afterLongGap: false,
    };
  }

  /** So far from what came before, either way, that it is as good as another source: it is numbered as one. */
  #takeAfterGap(
    nowMs: number,
    packet: RtpPacket,
    { ssrc, clockRate }: Source,
    codec: Codec,
  ): Arrival | undefined {
    const arrival = this.#take(nowMs, packet, this.#begin(ssrc, clockRate), codec, false);
    return arrival && { ...arrival, afterLongGap: true };
  }

  #sourceOf(ssrc: number, clockRate: number): Source {
    return this.#source?.ssrc === ssrc ? this.#source : this.#begin(ssrc, clockRate);
  }

  #begin(ssrc: number, clockRate: number): Source {
    this.#recovered = 0;
    this.#lastReport = undefined;
    this.#source = {
      ssrc,
      clockRate,
      sequence: new SequenceUnwrapper(16),
      timestamps: new SequenceUnwrapper(32),
      reception: new ReceptionStatistics(),
      nacks: new NackGenerator(),
      clock: new SenderClock(clockRate),
    };
    return this.#source;
  }
}
