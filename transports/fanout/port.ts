/**
 * What is multiplied by viewers: a track's packets made into each viewer's own, sealed (or, for a viewer that has asked for
 * plain RTP, left as they are), and sent. The decisions are taken
 * elsewhere; an engine behind this port carries them out, many viewers in one call.
 */
import type { SlabPacket } from '../memory/slab-packet.ts';
import type { ExtensionIds } from '../rtp/header-extensions.ts';
import type { SrtpTransform } from '../srtp/port.ts';
import type { Path } from '../udp/path.ts';
import type { DatagramSocket } from '../udp/port.ts';

/** A packet of a track. */
export interface FanoutPacket {
  /** In the canonical form (rtp/canonical.ts); not to change before the turn's end. */
  readonly bytes: Uint8Array;
  /** Where the bytes lie, if that is memory that another thread may overwrite. */
  readonly stored?: SlabPacket;
  /** The track's own, extended. */
  readonly sequenceNumber: number;
  /** Extended, in units of the codec's clock rate. */
  readonly timestamp: number;
}

/** What one viewer negotiated for a track. */
export interface OutletTerms {
  readonly ssrc: number;
  readonly rtxSsrc: number;
  /** By our payload type, 0 to 127: the viewer's, for media and for retransmission; -1 where it takes none. */
  readonly payloadTypes: Int8Array;
  readonly rtxPayloadTypes: Int8Array;
  /** The viewer's ids of header extensions; undefined when they are ours. */
  readonly extensionIds: ExtensionIds | undefined;
}

/** One viewer's end of a track. */
export interface Outlet {
  /** Where it leads from now on; before the first time it sends nothing. */
  lead(path: Path): void;
  /** What the viewer's sequence numbers are beyond the track's, modulo 2^16, for what it gets with a group. */
  setNumberOffset(offset: number): void;
  /** Sends to this viewer alone, under the numbers given; all of them modulo what their fields hold. */
  send(packet: FanoutPacket, sequenceNumber: number, timestamp: number): void;
  /** The same as a retransmission in a stream of its own (RFC 4588), for a payload type that has one. */
  sendRtx(packet: FanoutPacket, sequenceNumber: number, timestamp: number, rtxSequenceNumber: number): void;
}

/** Viewers of a track who get the same packets in the same turn. All of them take the payload types of what is sent. */
export interface OutletGroup {
  readonly size: number;
  /** From the next packet on. */
  add(outlet: Outlet): void;
  /** What was sent while it was in still goes to it. */
  remove(outlet: Outlet): void;
  /** To all who are in now; no later than at the turn's end. */
  send(packet: FanoutPacket): void;
}

export interface Fanout {
  /** The socket that all leaves by; before there is one, nothing may be sent. */
  attach(socket: DatagramSocket): void;
  /** `srtp` is of the same engine, or is a PlainTransform (srtp/plain.ts). `onFault` is called when the outlet throws in a group's turn. */
  openOutlet(srtp: SrtpTransform, terms: OutletTerms, onFault: (error: unknown) => void): Outlet;
  openGroup(): OutletGroup;
  /** The turn ends: what groups were sent is sealed, and on its way. */
  flush(): void;
  /** Datagrams made of what another thread had overwritten meanwhile, and so not sent. */
  readonly overwritten: number;
  /**
   * Datagrams of plain RTP that another thread overwrote while the kernel took them from where they lay: only packets are sent so
   * that are too young for that, which this proves as long as it is 0.
   */
  readonly torn: number;
}

/** Makes a fan-out; one that has no way of its own to the socket gives what it has sealed to `send`. */
export type FanoutFactory = (send: (bytes: Uint8Array, path: Path) => void) => Fanout;
