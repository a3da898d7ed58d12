/** One media section of a viewer: puts the stream's packets into what this viewer negotiated, and reports on them. */
import { buildSenderReport } from '../../transports/rtcp/build.ts';
import { middleOfNtp, shortUnitsFromMs } from '../../transports/rtcp/ntp.ts';
import type { ReportBlock } from '../../transports/rtcp/packets.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { remapExtensions } from '../../transports/rtp/canonical.ts';
import { codecById, type MediaKind } from '../../transports/rtp/codec.ts';
import { type ExtensionName, ourExtensionIds } from '../../transports/rtp/header-extensions.ts';
import { setPayloadType, setSequenceNumber, setSsrc, setTimestamp } from '../../transports/rtp/packet.ts';
import { wrapRtx } from '../../transports/rtp/rtx.ts';
import type { OutgoingMedia } from '../../transports/sdp/port.ts';
import type { TrackReport } from '../protocol.ts';
import { RecentRepeats } from './recent-repeats.ts';
import type { TrackClock } from './stream-clock.ts';
import type { TrackPacket } from './stream-track.ts';
import { VideoFeed } from './video-feed.ts';
import { ViewerNumbering } from './viewer-numbering.ts';

/** A viewer's report names one of the last few sender reports; later ones have been answered or lost. */
const SENT_REPORTS_KEPT = 8;
/**
 * Retransmissions to one viewer, a second: at 1,200 bytes about 2.4 Mbit/s, as much again as a class's picture. A
 * viewer that loses more is not helped by more.
 */
const MAX_RETRANSMISSIONS_PER_SECOND = 250;
/**
 * A packet is not sent again twice within this, nor within the round trip, in which the viewer cannot yet have seen the
 * first; of that three quarters, since the one that was measured may have been a slow one.
 */
const MIN_REPEAT_INTERVAL_MS = 20;
const ROUND_TRIP_SHARE = 0.75;
/** However slow the viewer's last round trip was: browsers ask again after this much when they know nothing. */
const MAX_REPEAT_INTERVAL_MS = 100;
/** What our packets can carry of those that pass (see canonical.ts), by the kind of media that has them. */
const CARRIED = {
  audio: ['audioLevel'],
  video: ['videoOrientation', 'playoutDelay'],
} as const satisfies Record<MediaKind, readonly ExtensionName[]>;
const FIXED_HEADER_BYTES = 12;
const EXTENSION_BIT = 0x10;

export class OutgoingTrack {
  readonly media: OutgoingMedia;
  /** By our payload type: the viewer's, for media and for retransmission; -1 where it takes none. */
  readonly #payloadTypes = new Int16Array(128).fill(-1);
  readonly #rtxPayloadTypes = new Int16Array(128).fill(-1);
  readonly #keepsOurExtensions: boolean;
  readonly #numbering = new ViewerNumbering();
  #isToSkip = false;
  #rtxSequenceNumber = 0;
  #codecName: string | undefined;
  #ourPayloadType = -1;
  #packets = 0;
  /** With headers, for people. */
  #bytes = 0;
  /** As sender reports count (RFC 3550 section 6.4.1). */
  #payloadBytes = 0;
  /** There once anything was sent again. */
  #repeats: RecentRepeats | undefined;
  #retransmissionsInWindow = 0;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  readonly #rate = new RateMeter();
  readonly #sentReports: { readonly middle: number; readonly atMs: number }[] = [];
  #lastBlock: ReportBlock | undefined;
  #roundTripMs: number | undefined;
  /** Packets that were gone before they could be sent. */
  overwritten = 0;
  /** Packets of a codec that this viewer cannot take. */
  notNegotiated = 0;
  retransmitted = 0;
  /** Asked for, but no longer in history, or over the budget. */
  notRetransmitted = 0;

  constructor(media: OutgoingMedia) {
    this.media = media;
    this.feed = media.kind === 'video' ? new VideoFeed() : undefined;
    this.#keepsOurExtensions = CARRIED[media.kind].every(
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

  /** How this viewer comes to the picture; audio needs no coming to. */
  readonly feed: VideoFeed | undefined;

  /** This viewer's form of a packet of the stream, or undefined when it cannot take the codec. */
  forward(nowMs: number, packet: TrackPacket): Uint8Array | undefined {
    if (!this.#takes(packet)) {
      this.notNegotiated += 1;
      this.skip();
      return undefined;
    }
    if (this.#isToSkip) this.#numbering.skipTo(packet.sequenceNumber);
    this.#isToSkip = false;
    const bytes = this.#translate(packet, this.#numbering.number(packet.sequenceNumber));
    if (bytes === undefined) return undefined;
    this.#packets += 1;
    this.#bytes += bytes.length;
    this.#payloadBytes += bytes.length - headerBytes(bytes);
    this.#rate.add(nowMs, bytes.length);
    return bytes;
  }

  /** What lies between the last packet forwarded and the next is not for this viewer: it is to see no gap there. */
  skip(): void {
    this.#isToSkip = true;
  }

  /** The track's number of a packet that this viewer knows by `sequenceNumber`; undefined when it was not sent it. */
  trackNumber(sequenceNumber: number): number | undefined {
    return this.#numbering.trackNumber(sequenceNumber);
  }

  /** Whether the budget for retransmissions has anything left. */
  mayRepeat(nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= 1000) {
      this.#windowStartMs = nowMs;
      this.#retransmissionsInWindow = 0;
    }
    return this.#retransmissionsInWindow < MAX_RETRANSMISSIONS_PER_SECOND;
  }

  /** Whether the packet of that number was sent again so shortly ago that the viewer cannot miss that one yet. */
  hasJustRepeated(nowMs: number, sequenceNumber: number): boolean {
    if (this.#repeats === undefined) return false;
    const spanMs = Math.max(MIN_REPEAT_INTERVAL_MS, (this.#roundTripMs ?? 0) * ROUND_TRIP_SHARE);
    return this.#repeats.has(nowMs, sequenceNumber, Math.min(MAX_REPEAT_INTERVAL_MS, spanMs));
  }

  /**
   * The retransmission of a packet of the stream: in a stream of its own (RFC 4588) where negotiated, else as it was.
   * Undefined when this viewer cannot take its codec.
   */
  repeat(nowMs: number, packet: TrackPacket): Uint8Array | undefined {
    if (!this.#takes(packet)) return undefined;
    const { sequenceNumber } = packet;
    const bytes = this.#translate(packet, this.#numbering.numberOf(sequenceNumber));
    if (bytes === undefined) return undefined;
    this.#repeats ??= new RecentRepeats();
    this.#repeats.add(nowMs, sequenceNumber);
    this.#retransmissionsInWindow += 1;
    this.retransmitted += 1;
    this.#rate.add(nowMs, bytes.length);
    const rtxPayloadType = this.#rtxPayloadTypes[packet.bytes[1]! & 0x7f]!;
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
      octetCount: this.#payloadBytes,
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

  #takes({ bytes }: TrackPacket): boolean {
    return this.#payloadTypes[bytes[1]! & 0x7f]! >= 0;
  }

  /** Undefined when another core has overwritten the packet meanwhile: this one is seconds behind. */
  #translate(packet: TrackPacket, sequenceNumber: number): Uint8Array | undefined {
    const { bytes: kept, timestamp, stored } = packet;
    const ours = kept[1]! & 0x7f;
    if (ours !== this.#ourPayloadType) {
      this.#ourPayloadType = ours;
      this.#codecName = this.media.payloads
        .map(payload => codecById(payload.codecId))
        .find(codec => codec?.payloadType === ours)?.name;
    }
    const bytes = kept.slice();
    if (stored?.isIntact() === false) {
      this.overwritten += 1;
      return undefined;
    }
    setPayloadType(bytes, this.#payloadTypes[ours]!);
    setSequenceNumber(bytes, sequenceNumber);
    setTimestamp(bytes, this.feed?.timestamp(timestamp) ?? timestamp);
    setSsrc(bytes, this.media.ssrc);
    if (!this.#keepsOurExtensions) remapExtensions(bytes, this.media.extensions);
    return bytes;
  }
}

/** Of a packet in the canonical form, which has neither contributing sources nor padding. */
function headerBytes(packet: Uint8Array): number {
  if ((packet[0]! & EXTENSION_BIT) === 0) return FIXED_HEADER_BYTES;
  return FIXED_HEADER_BYTES + 4 + 4 * ((packet[14]! << 8) | packet[15]!);
}
