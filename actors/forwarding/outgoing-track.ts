/** One media section of a viewer: which of the stream's packets it gets, under which numbers, and what it reports of them. */
import type { Fanout, Outlet, OutletTerms } from '../../transports/fanout/port.ts';
import { buildSenderReport } from '../../transports/rtcp/build.ts';
import type { ReportBlock } from '../../transports/rtcp/packets.ts';
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { codecById, type MediaKind } from '../../transports/rtp/codec.ts';
import { type ExtensionName, ourExtensionIds } from '../../transports/rtp/header-extensions.ts';
import type { OutgoingMedia } from '../../transports/sdp/port.ts';
import type { SrtpTransform } from '../../transports/srtp/port.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { TrackReport } from '../protocol.ts';
import { counted, type LiveFlow, NOTHING_SENT, type SentCounts } from './live-flow.ts';
import { RecentRepeats } from './recent-repeats.ts';
import { SentReports } from './sent-reports.ts';
import type { TrackClock } from './stream-clock.ts';
import type { TrackPacket } from './stream-track.ts';
import { VideoFeed } from './video-feed.ts';
import { ViewerNumbering } from './viewer-numbering.ts';

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
const PAYLOAD_TYPES = 128;

export class OutgoingTrack {
  readonly media: OutgoingMedia;
  readonly #terms: OutletTerms;
  readonly #numbering = new ViewerNumbering();
  /** There once media may flow. */
  #outlet: Outlet | undefined;
  /** While it is at the live edge: what passes there, and what had when it came. */
  #live: { readonly flow: LiveFlow; readonly before: SentCounts } | undefined;
  #isToSkip = false;
  #rtxSequenceNumber = 0;
  /** Ours, of what was sent last on its own or at the live edge. */
  #payloadType = -1;
  /** But for the live edge, where it is now. */
  #sent = NOTHING_SENT;
  /** There once anything was sent again. */
  #repeats: RecentRepeats | undefined;
  #retransmissionsInWindow = 0;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  /** Of what it was sent on its own. */
  readonly #rate = new RateMeter();
  readonly #sentReports = new SentReports();
  /** By the viewer's last report, of which nothing else is kept: there is one a second from each. */
  #packetsLost = 0;
  /** In ticks of the codec's clock. */
  #jitter: number | undefined;
  /** Packets of a codec that this viewer cannot take. */
  notNegotiated = 0;
  retransmitted = 0;
  /** Asked for, but no longer in history, or over the budget. */
  notRetransmitted = 0;

  constructor(media: OutgoingMedia) {
    this.media = media;
    this.feed = media.kind === 'video' ? new VideoFeed() : undefined;
    this.#terms = termsOf(media);
  }

  get kind(): MediaKind {
    return this.media.kind;
  }

  get roundTripMs(): number | undefined {
    return this.#sentReports.roundTripMs;
  }

  /** How this viewer comes to the picture; audio needs no coming to. */
  readonly feed: VideoFeed | undefined;

  /** Media may flow. */
  open(fanout: Fanout, srtp: SrtpTransform, path: Path, onFault: (error: unknown) => void): void {
    this.#outlet = fanout.openOutlet(srtp, this.#terms, onFault);
    this.#outlet.lead(path);
  }

  /** The viewer is reached by another path from now on. */
  lead(path: Path): void {
    this.#outlet?.lead(path);
  }

  /** Throws before media may flow. */
  get outlet(): Outlet {
    if (this.#outlet === undefined) throw new Error('media of a viewer that is not connected');
    return this.#outlet;
  }

  /** Whether this viewer can take packets of that payload type of ours. */
  takes(payloadType: number): boolean {
    return this.#terms.payloadTypes[payloadType]! >= 0;
  }

  /** It is at the live edge, from that packet of the track on. */
  enter(flow: LiveFlow, sequenceNumber: number): void {
    this.#skipTo(sequenceNumber);
    this.outlet.setNumberOffset(this.#numbering.offsetFrom(sequenceNumber));
    this.#live = { flow, before: flow.sent };
  }

  /** It is there no more. */
  exit(): void {
    this.#sent = this.#sentSoFar();
    this.#reach();
    this.#live = undefined;
  }

  /** Sends a packet of the stream to this viewer alone; false when it cannot take the codec. */
  send(nowMs: number, packet: TrackPacket): boolean {
    const payloadType = packet.bytes[1]! & 0x7f;
    if (!this.takes(payloadType)) {
      this.notNegotiated += 1;
      this.skip();
      return false;
    }
    const { sequenceNumber } = packet;
    this.#skipTo(sequenceNumber);
    this.outlet.send(packet, this.#numbering.number(sequenceNumber), this.#timestamp(packet));
    this.#payloadType = payloadType;
    this.#sent = counted(this.#sent, packet);
    this.#rate.add(nowMs, packet.bytes.length);
    return true;
  }

  /** What lies between the last packet sent and the next is not for this viewer: it is to see no gap there. */
  skip(): void {
    this.#isToSkip = true;
  }

  /** The track's number of a packet that this viewer knows by `sequenceNumber`; undefined when it was not sent it. */
  trackNumber(sequenceNumber: number): number | undefined {
    this.#reach();
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
    const spanMs = Math.max(MIN_REPEAT_INTERVAL_MS, (this.roundTripMs ?? 0) * ROUND_TRIP_SHARE);
    return this.#repeats.has(nowMs, sequenceNumber, Math.min(MAX_REPEAT_INTERVAL_MS, spanMs));
  }

  /**
   * Sends a packet of the stream again: in a stream of its own (RFC 4588) where negotiated, else as it was. False when this
   * viewer cannot take its codec.
   */
  repeat(nowMs: number, packet: TrackPacket): boolean {
    const payloadType = packet.bytes[1]! & 0x7f;
    if (!this.takes(payloadType)) return false;
    const { sequenceNumber } = packet;
    this.#repeats ??= new RecentRepeats();
    this.#repeats.add(nowMs, sequenceNumber);
    this.#retransmissionsInWindow += 1;
    this.retransmitted += 1;
    this.#rate.add(nowMs, packet.bytes.length);
    const number = this.#numbering.numberOf(sequenceNumber);
    const timestamp = this.#timestamp(packet);
    if (this.#terms.rtxPayloadTypes[payloadType]! < 0) {
      this.outlet.send(packet, number, timestamp);
      return true;
    }
    this.#rtxSequenceNumber = (this.#rtxSequenceNumber + 1) & 0xffff;
    this.outlet.sendRtx(packet, number, timestamp, this.#rtxSequenceNumber);
    return true;
  }

  /** The publisher's clock, passed on: audio and video of one publisher meet by it. */
  senderReport(nowMs: number, { ntp, timestamp }: TrackClock): Uint8Array {
    this.#sentReports.add(nowMs, ntp);
    const { packets, payloadBytes } = this.#sentSoFar();
    return buildSenderReport({
      ssrc: this.media.ssrc,
      ntp,
      rtpTimestamp: timestamp,
      packetCount: packets,
      octetCount: payloadBytes,
    });
  }

  /** What the viewer reports. */
  receiveReport(nowMs: number, block: ReportBlock): void {
    this.#packetsLost = block.cumulativeLost;
    this.#jitter = block.jitter;
    this.#sentReports.answer(nowMs, block);
  }

  report(nowMs: number): TrackReport {
    const clockRate = this.kind === 'audio' ? 48 : 90;
    const { packets, bytes } = this.#sentSoFar();
    const codec = this.#codecName();
    const bytesPerSecond =
      this.#rate.bytesPerSecond(nowMs) + (this.#live?.flow.rate.bytesPerSecond(nowMs) ?? 0);
    return {
      kind: this.kind,
      ...(codec !== undefined && { codec }),
      packets,
      bytes,
      packetsLost: Math.max(0, this.#packetsLost),
      bitrateBps: Math.round(bytesPerSecond * 8),
      ...(this.#jitter !== undefined && { jitterMs: Math.round((this.#jitter * 10) / clockRate) / 10 }),
    };
  }

  #sentSoFar(): SentCounts {
    if (this.#live === undefined) return this.#sent;
    const { flow, before } = this.#live;
    return {
      packets: this.#sent.packets + flow.sent.packets - before.packets,
      bytes: this.#sent.bytes + flow.sent.bytes - before.bytes,
      payloadBytes: this.#sent.payloadBytes + flow.sent.payloadBytes - before.payloadBytes,
    };
  }

  /** Takes over from the live edge what the viewer has got there. */
  #reach(): void {
    if (this.#live === undefined || this.#live.flow.sent === this.#live.before) return;
    this.#numbering.reach(this.#live.flow.newest);
    this.#payloadType = this.#live.flow.payloadType;
  }

  #skipTo(sequenceNumber: number): void {
    if (this.#isToSkip) this.#numbering.skipTo(sequenceNumber);
    this.#isToSkip = false;
  }

  #timestamp({ timestamp }: TrackPacket): number {
    return this.feed?.timestamp(timestamp) ?? timestamp;
  }

  #codecName(): string | undefined {
    this.#reach();
    return this.media.payloads
      .map(({ codecId }) => codecById(codecId))
      .find(codec => codec?.payloadType === this.#payloadType)?.name;
  }
}

function termsOf({ kind, ssrc, rtxSsrc, payloads, extensions }: OutgoingMedia): OutletTerms {
  const payloadTypes = new Int8Array(PAYLOAD_TYPES).fill(-1);
  const rtxPayloadTypes = new Int8Array(PAYLOAD_TYPES).fill(-1);
  for (const { codecId, payloadType, rtxPayloadType } of payloads) {
    const codec = codecById(codecId);
    if (codec === undefined) continue;
    payloadTypes[codec.payloadType] = payloadType;
    rtxPayloadTypes[codec.payloadType] = rtxPayloadType ?? -1;
  }
  const keepsOurs = CARRIED[kind].every(name => extensions[name] === ourExtensionIds[name]);
  return {
    ssrc,
    rtxSsrc,
    payloadTypes,
    rtxPayloadTypes,
    extensionIds: keepsOurs ? undefined : extensions,
  };
}
