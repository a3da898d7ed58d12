/** What a relay link has to say, and what it counts. */
import type { MediaKind } from '../rtp/codec.ts';
import type { Path } from '../udp/path.ts';
import type { Subscribe } from './control.ts';
import type { ClockFrame, MediaFrame } from './frame.ts';
import type { RelayNode } from './greeting.ts';
import type { Delivered } from './track-sender.ts';

/** A frame of one of our subscriptions. */
interface OfTrack {
  readonly id: number;
  readonly track: MediaKind;
}

export type LinkOutput =
  | {
      readonly kind: 'datagram';
      readonly bytes: Uint8Array;
      readonly path: Path;
      /** It asks whether the path carries so much at once (RFC 8899 section 3): in fragments it would say nothing. */
      readonly dontFragment: boolean;
    }
  /** The peer is there: the first output besides datagrams. */
  | { readonly kind: 'up'; readonly peer: RelayNode }
  /** The peer asks for a stream: to be answered by `accept` or `refuse`. */
  | Subscribe
  /** The peer wants it no longer. `reason` is empty unless the peer found fault with what we sent. */
  | { readonly kind: 'unsubscribe'; readonly id: number; readonly reason: string }
  | { readonly kind: 'keyframe'; readonly id: number }
  /** The peer's answers to us. After `refused` and `ended` the id means nothing any more. */
  | {
      readonly kind: 'subscribed';
      readonly id: number;
      readonly epoch: number;
      /** The nodes that the stream has passed, the origin first: one that finds itself among them refuses. */
      readonly path: readonly string[];
    }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  | { readonly kind: 'ended'; readonly id: number; readonly reason: string }
  /** In the order sent, for each track. The packet's bytes are the owner's. */
  | (MediaFrame & OfTrack)
  | (ClockFrame & OfTrack)
  /**
   * A track that we send was broken off, since the peer could not be reached in time: to go on with a packet that a
   * picture can start with, or with the one after `after`, which the peer has had with all before it.
   */
  | {
      readonly kind: 'restart';
      readonly id: number;
      readonly track: MediaKind;
      readonly after: Delivered | undefined;
    }
  /** The peer has not been heard for a while, and may be frozen; or its line is out, and heals by itself. */
  | { readonly kind: 'quiet' }
  /** The last output: all subscriptions of either end are over. `reason` is for people. */
  | { readonly kind: 'down'; readonly reason: string };

/** Why a subscription was not begun. */
export type SubscribeRefusal = 'link is down' | 'too many subscriptions' | 'not a stream or a path';

/** How a link is at present. */
export interface LinkFigures {
  /** Smoothed, and how far single round trips are from it; 0 before the first was measured. */
  readonly rttMs: number;
  readonly jitterMs: number;
  /** The share of our datagrams that is lost, 0 to 1. */
  readonly loss: number;
  /** The longest IP packet that we send. */
  readonly mtuBytes: number;
  /** How long the oldest frame that is still of use waits for the peer's word. */
  readonly queueAgeMs: number;
  /** Segments that are not sent, or not acknowledged. */
  readonly waitingSegments: number;
}

export interface LinkCounters {
  datagramsSent: number;
  datagramsReceived: number;
  /** Of UDP payload. */
  bytesSent: number;
  bytesReceived: number;
  /** Not sent: their track has too much waiting (TRACK_QUEUE_MAX_SEGMENTS). */
  packetsDroppedQueueFull: number;
  /** Given up, since they could not arrive in time any more, or with a frame that could not. */
  packetsExpired: number;
  /** Not sent: what they depend on was given up. */
  packetsDroppedAfterGap: number;
  /** Those of the peer's that it has given up. */
  packetsGivenUpByPeer: number;
  /** How often a track went on from what a picture can start with. */
  restarts: number;
  /** Packets that the owner gave and that are longer than PACKET_MAX_BYTES. */
  packetsTooLong: number;
  /** Datagrams that the peer has not sealed, and answers to our hello that no node of the cluster has written. */
  datagramsForged: number;
  /** Datagrams that had come before, or are too old to tell. */
  datagramsReplayed: number;
  /** Datagrams of a wrong moment, or that hold no message. */
  datagramsRefused: number;
  /** Parity that went out, and that came. */
  paritySent: number;
  parityReceived: number;
  /** Datagrams with data that were lost and found by parity. */
  datagramsRecovered: number;
  /** How often the peer was found at another address. */
  pathChanges: number;
  /** How often the path was found to carry less than it did. */
  mtuFallbacks: number;
  /** Data of conversations that are over, or that came early when no more was kept. */
  strayData: number;
  /** Segments that KCP refused. */
  segmentsRefused: number;
  /** Messages that are no frame, or of a track that we send ourselves. */
  framesMalformed: number;
  controlMalformed: number;
  /** Messages of kinds that we do not know. */
  controlUnknown: number;
}

export function newLinkCounters(): LinkCounters {
  return {
    datagramsSent: 0,
    datagramsReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    packetsDroppedQueueFull: 0,
    packetsExpired: 0,
    packetsDroppedAfterGap: 0,
    packetsGivenUpByPeer: 0,
    restarts: 0,
    packetsTooLong: 0,
    datagramsForged: 0,
    datagramsReplayed: 0,
    datagramsRefused: 0,
    paritySent: 0,
    parityReceived: 0,
    datagramsRecovered: 0,
    pathChanges: 0,
    mtuFallbacks: 0,
    strayData: 0,
    segmentsRefused: 0,
    framesMalformed: 0,
    controlMalformed: 0,
    controlUnknown: 0,
  };
}
