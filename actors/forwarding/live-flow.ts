/** What has passed a track's live edge: every viewer there has got the same. */
import { RateMeter } from '../../transports/rtp/bitrate.ts';
import { canonicalHeaderBytes } from '../../transports/rtp/canonical.ts';
import type { TrackPacket } from './stream-track.ts';

export interface SentCounts {
  readonly packets: number;
  /** With headers, for people. */
  readonly bytes: number;
  /** As sender reports count (RFC 3550 section 6.4.1). */
  readonly payloadBytes: number;
}

export const NOTHING_SENT: SentCounts = { packets: 0, bytes: 0, payloadBytes: 0 };

/** What `packet` adds to `counts`. */
export function counted(counts: SentCounts, { bytes }: TrackPacket): SentCounts {
  return {
    packets: counts.packets + 1,
    bytes: counts.bytes + bytes.length,
    payloadBytes: counts.payloadBytes + bytes.length - canonicalHeaderBytes(bytes),
  };
}

export class LiveFlow {
  readonly rate = new RateMeter();
  #sent = NOTHING_SENT;
  #payloadType = -1;
  #newest = Number.NEGATIVE_INFINITY;

  get sent(): SentCounts {
    return this.#sent;
  }

  /** Ours, of the last packet; -1 before the first. */
  get payloadType(): number {
    return this.#payloadType;
  }

  /** The highest of the track's numbers. */
  get newest(): number {
    return this.#newest;
  }

  add(nowMs: number, packet: TrackPacket, payloadType: number): void {
    this.#sent = counted(this.#sent, packet);
    this.#payloadType = payloadType;
    this.#newest = Math.max(this.#newest, packet.sequenceNumber);
    this.rate.add(nowMs, packet.bytes.length);
  }
}
