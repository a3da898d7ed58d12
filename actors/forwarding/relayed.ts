/** What passes between streams and the links to other nodes. */
import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { MediaSource } from './control/forwarding-control.ts';

/** A packet between nodes: the origin's numbers, extended, and the publication that they belong to. */
export interface RelayedPacket {
  readonly epoch: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** In canonical form. */
  readonly packet: Uint8Array;
}

/** A packet of a stream, as all nodes know it. */
export type StreamPosition = Pick<RelayedPacket, 'epoch' | 'sequenceNumber'>;

/** One that goes to another node. */
export interface CarriedPacket extends RelayedPacket {
  /** Whoever has had nothing since the last one that was delivered can go on with it. */
  readonly canStart: boolean;
}

export interface RelayedClock {
  readonly epoch: number;
  readonly ntp: NtpTime;
  readonly timestamp: number;
}

/**
 * A publication as it comes by way of other nodes: in order, and what is missing has been left out on purpose. One that
 * comes by another way than before is the same, and goes on in the same numbers.
 */
export class RelayedSource implements MediaSource {
  readonly missing = 'gone';
  readonly roundTripMs = undefined;
  readonly epoch: number;
  /** Some of its picture has come. Whoever sends it begins with a keyframe, or has asked for one. */
  hasBegun = false;

  #newest: Pick<RelayedPacket, 'sequenceNumber' | 'timestamp'> & { readonly endsFrame: boolean } = {
    sequenceNumber: Number.NEGATIVE_INFINITY,
    timestamp: 0,
    endsFrame: true,
  };

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  /**
   * The timestamp of a packet of the picture. What is past is stamped anew by whoever carries it, so that a frame which begins
   * by one parent and ends by another would have two, and no player would put it together: the first holds.
   */
  frameTimestamp({ sequenceNumber, timestamp }: RelayedPacket, endsFrame: boolean): number {
    const newest = this.#newest;
    if (sequenceNumber <= newest.sequenceNumber) return timestamp;
    const goesOn = sequenceNumber === newest.sequenceNumber + 1 && !newest.endsFrame;
    this.#newest = { sequenceNumber, timestamp: goesOn ? newest.timestamp : timestamp, endsFrame };
    return this.#newest.timestamp;
  }

  giveUpBefore(): void {}
}

/** From where a stream comes that nobody publishes on this core. */
export interface Upstream {
  readonly stream: string;
  /** Of the parent, or this one. */
  readonly node: string;
  /** The nodes that the stream has passed on its way here, the origin first. */
  readonly path: readonly string[];
  /** It comes from another core of this node, which has it whatever its epoch. */
  readonly isLocal: boolean;
  requestKeyframe(nowMs: number): void;
}

/** Who carries a stream on to another node. */
export interface Carrier {
  readonly stream: string;
  sendMedia(nowMs: number, kind: MediaKind, packet: CarriedPacket): void;
  sendClock(nowMs: number, kind: MediaKind, clock: RelayedClock): void;
}
