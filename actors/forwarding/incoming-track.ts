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
  /** So much is missing before it, or it is from so different a source, that only a keyframe helps. */
  readonly afterLongGap: boolean;
}

/**
 * The least time between two changes of SSRC: packets of the one before arrive late, and a publisher that sends with two
 * at once would begin the numbering anew with every packet.
 */
const MIN_SOURCE_MS = 1000;
/**
 * How far, after a long gap, a timestamp may be from where the clock should stand for the source to have gone on: more
 * than senders stray that stop counting for a while, and so little that one begun anew at random hardly comes so near.
 */
const MAX_CLOCK_SLIP_MS = 10_000;

/** What belongs to one SSRC; made anew when the publisher changes it, or begins anew under it. */
interface Source {
  readonly ssrc: number;
  readonly clockRate: number;
  sequence: SequenceUnwrapper;
  /** Added to unwrapped sequence numbers, so that they go on without the gaps that were too long to be filled. */
  sequenceOffset: number;
  /** Of the packet that is furthest ahead: its numbers, extended, and when it came. */
  newestSequenceNumber: number;
  newestTimestamp: number;
  newestAtMs: number;
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
    this.#source?.nacks.setRtt(roundTripMs);
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
    const afterLongGap = arrival === 'gap too large';
    const timestamp = source.timestamps.unwrap(packet.timestamp);
    if (afterLongGap) {
      const clockMs = ((timestamp - source.newestTimestamp) * 1000) / source.clockRate;
      if (Math.abs(clockMs - (nowMs - source.newestAtMs)) > MAX_CLOCK_SLIP_MS) {
        const next = this.#begin(source.ssrc, source.clockRate);
        return { ...this.#receiveOwn(nowMs, packet, next, codec)!, afterLongGap };
      }
      leaveGapOut(source, packet.sequenceNumber);
    }
    const sequenceNumber = source.sequence.unwrap(packet.sequenceNumber) + source.sequenceOffset;
    if (sequenceNumber > source.newestSequenceNumber) {
      source.newestSequenceNumber = sequenceNumber;
      source.newestTimestamp = timestamp;
      source.newestAtMs = nowMs;
    }
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
      sequenceNumber,
      timestamp,
      afterLongGap,
    };
  }

  /** A packet of the SSRC that this track has, on that SSRC. */
  #receiveOwn(nowMs: number, packet: RtpPacket, source: Source, codec: Codec): Arrival | undefined {
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

  #begin(ssrc: number, clockRate: number): Source {
    this.#recovered = 0;
    this.#lastReport = undefined;
    const nacks = new NackGenerator();
    if (this.#roundTripMs !== undefined) nacks.setRtt(this.#roundTripMs);
    this.#source = {
      ssrc,
      clockRate,
      sequence: new SequenceUnwrapper(16),
      sequenceOffset: 0,
      newestSequenceNumber: Number.NEGATIVE_INFINITY,
      newestTimestamp: 0,
      newestAtMs: 0,
      timestamps: new SequenceUnwrapper(32),
      reception: new ReceptionStatistics(),
      nacks,
      clock: new SenderClock(clockRate),
    };
    return this.#source;
  }
}

/**
 * Numbers the source on as if nothing had been left out, with `next` the first after the gap: viewers would only wait for
 * what nobody asks for any more. Its timestamps keep their place, since its clock went on: audio and video stay in step,
 * and the publisher's sender reports go on along the same line.
 */
function leaveGapOut(source: Source, next: number): void {
  source.sequence = new SequenceUnwrapper(16);
  source.sequenceOffset = source.newestSequenceNumber + 1 - source.sequence.unwrap(next);
}
