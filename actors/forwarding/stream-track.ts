/**
 * One track of a stream, whoever publishes it: its own numbering, its history for retransmissions, the publisher's
 * clock, and the asking for keyframes. The core of the actor `track-<kind>`.
 */

import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { PacketHistory } from '../../transports/rtp/history.ts';
import { setSequenceNumber, setTimestamp } from '../../transports/rtp/packet.ts';
import { KeyframeAsking } from './keyframe-asking.ts';
import { Numbering, type Position } from './numbering.ts';

/** RFC 7587 section 4.1 for Opus; 90 kHz for every video format that passes. */
const CLOCK_RATES: Record<MediaKind, number> = { audio: 48_000, video: 90_000 };

/** The publisher's clock, as its last sender report told it, on the track's own timestamps (RFC 3550 section 6.4.1). */
export interface TrackClock {
  readonly ntp: NtpTime;
  readonly timestamp: number;
}

export class StreamTrack {
  readonly kind: MediaKind;
  readonly keyframes = new KeyframeAsking();
  readonly #numbering: Numbering;
  readonly #history = new PacketHistory();
  #clock: TrackClock | undefined;

  constructor(kind: MediaKind, start: Position) {
    this.kind = kind;
    this.#numbering = new Numbering(CLOCK_RATES[kind], start);
  }

  /** Where the numbering stands, for a successor to go on from. */
  get position(): Position {
    return this.#numbering.position;
  }

  get clock(): TrackClock | undefined {
    return this.#clock;
  }

  /**
   * Writes the track's own numbers into a canonical packet and keeps it. False for one that has no place in the track.
   * `source` stands for the publication and SSRC that it came from; the numbers are extended, as the source counts.
   */
  admit(
    nowMs: number,
    packet: Uint8Array,
    source: unknown,
    sequenceNumber: number,
    timestamp: number,
  ): boolean {
    const numbered = this.#numbering.number(nowMs, source, sequenceNumber, timestamp);
    if (numbered === undefined) return false;
    setSequenceNumber(packet, numbered.sequenceNumber & 0xffff);
    setTimestamp(packet, numbered.timestamp);
    this.#history.add(numbered.sequenceNumber & 0xffff, packet, nowMs);
    return true;
  }

  /** The packet that was sent under this sequence number, while history has it. */
  sent(sequenceNumber: number): Uint8Array | undefined {
    return this.#history.get(sequenceNumber);
  }

  /** The publisher's sender report for `source`, its timestamp extended as the source counts. */
  takeSenderReport(source: unknown, ntp: NtpTime, timestamp: number): TrackClock | undefined {
    const mapped = this.#numbering.timestampOf(source, timestamp);
    if (mapped === undefined) return undefined;
    this.#clock = { ntp, timestamp: mapped >>> 0 };
    return this.#clock;
  }
}
