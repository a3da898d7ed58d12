/**
 * Forwarding control: what of a track's packets goes on, and when. One core a track, where the track enters the node: at
 * the push edge, where what is missing can be asked for again, and at every node that gets the stream from another, where
 * what is missing has been left out on purpose.
 *
 * Its shape is that of every core: receive, advance; then poll until there is nothing.
 */
import type { Deadline } from '../../../transports/clock.ts';
import type { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import type { KeyframeStart } from '../../../transports/rtp/keyframe.ts';

/**
 * What becomes of a packet that is missing. `repaired`: it is asked for again, and worth waiting for. `reordered`: nobody
 * can be asked for it, but it may have been overtaken on the way. `gone`: packets come in order, and this one was left out.
 */
export type MissingPackets = 'repaired' | 'reordered' | 'gone';

/** From where a track's packets come: one SSRC of one publication, or a publication by way of another node. */
export interface MediaSource {
  readonly missing: MissingPackets;
  /** The round trip to the sender, ms; undefined until it is known. */
  readonly roundTripMs: number | undefined;
  /** Nobody waits any more for what comes before this one; the number is extended, as the source counts. */
  giveUpBefore(sequenceNumber: number): void;
}

/** A packet on its way in. */
export interface SourcePacket {
  /** In canonical form; the taker's to keep. */
  readonly bytes: Uint8Array;
  /** Where the bytes lie in memory that cores share, if they came from another core: not to be written. */
  readonly stored?: SlabPacket;
  readonly source: MediaSource;
  /** Extended, as the source counts. */
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly keyframe: KeyframeStart;
  /** Nothing is in it: padding, which only has its place in the row. */
  readonly isEmpty: boolean;
  /** So much is missing before it, or it is from so different a source, that it is not worth waiting for. */
  readonly afterLongGap: boolean;
}

/**
 * `forwarding`: packets pass as they come. `holding`: something is missing, and what follows it is kept back. `awaiting
 * keyframe`: what is missing will not be waited for, and the picture goes on with the next keyframe.
 */
export type ControlState = 'forwarding' | 'holding' | 'awaiting keyframe';

/** Counts of one track since its core was made. */
export interface ControlCounters {
  /** Packets that were kept back for a while. */
  held: number;
  /** Packets that were thrown away because a keyframe made them dispensable, or because they could not be decoded. */
  discarded: number;
  /** Packets that came when nobody waited for them any more. */
  late: number;
  /** Gaps that were filled in order. */
  gapsFilled: number;
  /** Gaps that were gone past: at a keyframe, or when audio could not wait any longer. */
  gapsSkipped: number;
  /** How long packets were kept back: added up over the gaps, and the longest, ms. */
  heldMs: number;
  heldMsMax: number;
}

export interface ForwardingControl {
  readonly state: ControlState;
  readonly counters: ControlCounters;
  receive(nowMs: number, packet: SourcePacket): void;
  deadline(): Deadline | undefined;
  advance(nowMs: number): void;
  /** The next packet that goes on, until there is none. */
  poll(): SourcePacket | undefined;
  /** Whether a keyframe is needed that nobody has asked for yet; asking is then the caller's. */
  takeKeyframeWish(): boolean;
}

/** As configured (`media.forwardingControl`, `media.audioReorderMs`). */
export interface ControlSettings {
  readonly forwardingControl: 'on' | 'off';
  /** How long audio that no one repairs is waited for, ms: only what was overtaken on the way can still come. */
  readonly audioReorderMs: number;
}

export function newControlCounters(): ControlCounters {
  return { held: 0, discarded: 0, late: 0, gapsFilled: 0, gapsSkipped: 0, heldMs: 0, heldMsMax: 0 };
}

/** Until a round trip is known: a client across a continent. libwebrtc begins with the same. */
export const ASSUMED_ROUND_TRIP_MS = 100;
