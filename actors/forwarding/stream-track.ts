/**
 * One track of a stream, whoever publishes it: its own numbering, its history for retransmissions, and the asking for
 * keyframes. The core of the actor `track-<kind>`.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { PacketHistory } from '../../transports/rtp/history.ts';
import { setSequenceNumber, setTimestamp } from '../../transports/rtp/packet.ts';
import { KeyframeAsking } from './keyframe-asking.ts';
import { type Numbered, Numbering, type Position } from './numbering.ts';
import { CLOCK_RATES } from './stream-clock.ts';

export class StreamTrack {
  readonly kind: MediaKind;
  readonly keyframes = new KeyframeAsking();
  readonly #numbering: Numbering;
  readonly #history = new PacketHistory();

  constructor(kind: MediaKind, start: Position) {
    this.kind = kind;
    this.#numbering = new Numbering(CLOCK_RATES[kind], start);
  }

  /** Where the numbering stands, for a successor to go on from. */
  get position(): Position {
    return this.#numbering.position;
  }

  /**
   * Writes the track's own numbers into a canonical packet, keeps it, and gives the numbers, extended; undefined for one
   * that has no place in the track.
   * `source` stands for the publication and SSRC that it came from; the numbers are extended, as the source counts.
   */
  admit(
    nowMs: number,
    packet: Uint8Array,
    source: unknown,
    sequenceNumber: number,
    timestamp: number,
  ): Numbered | undefined {
    const numbered = this.#numbering.number(nowMs, source, sequenceNumber, timestamp);
    if (numbered === undefined) return undefined;
    setSequenceNumber(packet, numbered.sequenceNumber & 0xffff);
    setTimestamp(packet, numbered.timestamp);
    this.#history.add(numbered.sequenceNumber & 0xffff, packet, nowMs);
    return numbered;
  }

  /** The packet that was sent under this sequence number, while history has it. */
  sent(sequenceNumber: number): Uint8Array | undefined {
    return this.#history.get(sequenceNumber);
  }

  /** The track's own timestamp for one of the source's, or undefined when another source has taken over. */
  timestampOf(source: unknown, timestamp: number): number | undefined {
    return this.#numbering.timestampOf(source, timestamp);
  }
}
