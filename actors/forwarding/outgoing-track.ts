/** One media section of a viewer: puts the stream's packets into what this viewer negotiated, and reports on them. */
import { buildSenderReport } from '../../transports/rtcp/build.ts';
import { middleOfNtp, shortUnitsFromMs } from '../../transports/rtcp/ntp.ts';
import type { ReportBlock } from '../../transports/rtcp/packets.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { remapExtensions } from '../../transports/rtp/canonical.ts';
import { codecById, type MediaKind } from '../../transports/rtp/codec.ts';
import { ourExtensionIds } from '../../transports/rtp/header-extensions.ts';
import { setPayloadType, setSsrc } from '../../transports/rtp/packet.ts';
import { wrapRtx } from '../../transports/rtp/rtx.ts';
import type { OutgoingMedia } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';
import type { TrackClock } from './stream-track.ts';

/** A viewer's report names one of the last few sender reports; later ones have been answered or lost. */
const SENT_REPORTS_KEPT = 8;
/**
 * Retransmissions to one viewer, a second: at 1,200 bytes about 2.4 Mbit/s, as much again as a class's picture. A
 * viewer that loses more is not helped by more.
 */
const MAX_RETRANSMISSIONS_PER_SECOND = 250;

export class OutgoingTrack {
  readonly media: OutgoingMedia;
  /** By our payload type: the viewer's, for media and for retransmission; -1 where it takes none. */
  readonly #payloadTypes = new Int16Array(128).fill(-1);
  readonly #rtxPayloadTypes = new Int16Array(128).fill(-1);
  readonly #keepsOurExtensions: boolean;
  #rtxSequenceNumber = 0;
  #codecName: string | undefined;
  #ourPayloadType = -1;
  #packets = 0;
  /** Payload bytes, as sender reports count them (RFC 3550 section 6.4.1); headers included is close enough for people. */
  #bytes = 0;
  #retransmissionsInWindow = 0;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  readonly #rate = new RateMeter();
  readonly #sentReports: { readonly middle: number; readonly atMs: number }[] = [];
  #lastBlock: ReportBlock | undefined;
  #roundTripMs: number | undefined;
  /** Packets of a codec that this viewer cannot take. */
  notNegotiated = 0;
  retransmitted = 0;
  /** Asked for, but no longer in history, or over the budget. */
  notRetransmitted = 0;

  constructor(media: OutgoingMedia) {
    this.media = media;
    this.#keepsOurExtensions = (['audioLevel', 'videoOrientation', 'playoutDelay'] as const).every(
      name => media.extensions[name] === ourExtensionIds[name],
    );
    for (const { codecId, payloadType, rtxPayloadType } of media.payloads) {
      const codec = codecById(codecId);
      if (codec === undefined) continue;
      this.#payloadTypes[codec.payloadType] = payloadType;
      this.#rtxPayloadTypes[codec.payloadType] = rtxPayloadType ?? -1;
    }
  }

  get kind(): MediaKind {
    return this.media.kind;
  }

  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** This viewer's form of a packet of the stream, or undefined when it cannot take the codec. */
  forward(nowMs: number, packet: Uint8Array): Uint8Array | undefined {
    const bytes = this.#translate(packet);
    if (bytes === undefined) {
      this.notNegotiated += 1;
      return undefined;
    }
    this.#packets += 1;
    this.#bytes += bytes.length;
    this.#rate.add(nowMs, bytes.length);
    return bytes;
  }

  /** The retransmission of a packet of the stream: in a stream of its own (RFC 4588) where negotiated, else as it was. */
  repeat(nowMs: number, packet: Uint8Array): Uint8Array | undefined {
    if (nowMs - this.#windowStartMs >= 1000) {
      this.#windowStartMs = nowMs;
      this.#retransmissionsInWindow = 0;
    }
    const bytes = this.#translate(packet);
    if (bytes === undefined || this.#retransmissionsInWindow >= MAX_RETRANSMISSIONS_PER_SECOND) {
      this.notRetransmitted += 1;
      return undefined;
    }
    this.#retransmissionsInWindow += 1;
    this.retransmitted += 1;
    this.#rate.add(nowMs, bytes.length);
    const rtxPayloadType = this.#rtxPayloadTypes[packet[1]! & 0x7f]!;
    if (rtxPayloadType < 0) return bytes;
    this.#rtxSequenceNumber = (this.#rtxSequenceNumber + 1) & 0xffff;
    return wrapRtx(bytes, rtxPayloadType, this.media.rtxSsrc, this.#rtxSequenceNumber);
  }

  /** The publisher's clock, passed on: audio and video of one publisher meet by it. */
  senderReport(nowMs: number, { ntp, timestamp }: TrackClock): Uint8Array {
    const middle = middleOfNtp(ntp);
    this.#sentReports.push({ middle, atMs: nowMs });
    if (this.#sentReports.length > SENT_REPORTS_KEPT) this.#sentReports.shift();
    return buildSenderReport({
      ssrc: this.media.ssrc,
      ntp,
      rtpTimestamp: timestamp,
      packetCount: this.#packets,
      octetCount: this.#bytes,
    });
  }

  /** What the viewer reports; its round trip is measured from the sender report that it names. */
  receiveReport(nowMs: number, block: ReportBlock): void {
    this.#lastBlock = block;
    const answered = this.#sentReports.find(({ middle }) => middle === block.lastSenderReport);
    if (answered === undefined || block.lastSenderReport === 0) return;
    const heldMs = (block.delaySinceLastSenderReport / shortUnitsFromMs(1000)) * 1000;
    this.#roundTripMs = Math.max(0, nowMs - answered.atMs - heldMs);
  }

  report(nowMs: number): TrackReport {
    const clockRate = this.kind === 'audio' ? 48 : 90;
    return {
      kind: this.kind,
      ...(this.#codecName !== undefined && { codec: this.#codecName }),
      packets: this.#packets,
      bytes: this.#bytes,
      packetsLost: Math.max(0, this.#lastBlock?.cumulativeLost ?? 0),
      bitrateBps: Math.round(this.#rate.bytesPerSecond(nowMs) * 8),
      ...(this.#lastBlock !== undefined && {
        jitterMs: Math.round((this.#lastBlock.jitter * 10) / clockRate) / 10,
      }),
    };
  }

  #translate(packet: Uint8Array): Uint8Array | undefined {
    const ours = packet[1]! & 0x7f;
    const payloadType = this.#payloadTypes[ours]!;
    if (payloadType < 0) return undefined;
    if (ours !== this.#ourPayloadType) {
      this.#ourPayloadType = ours;
      this.#codecName = this.media.payloads
        .map(payload => codecById(payload.codecId))
        .find(codec => codec?.payloadType === ours)?.name;
    }
    const bytes = packet.slice();
    setPayloadType(bytes, payloadType);
    setSsrc(bytes, this.media.ssrc);
    if (!this.#keepsOurExtensions) remapExtensions(bytes, this.media.extensions);
    return bytes;
  }
}
