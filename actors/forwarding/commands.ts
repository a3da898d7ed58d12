/**
 * What passes between a shard's actors and its media plane. Actors command and the plane notifies; packets take
 * neither way. Commands are the effects `do` on the port `media`.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type {
  IceCredentials,
  IncomingMedia,
  OutgoingMedia,
  OutgoingSsrcs,
  RemoteTransport,
} from '../../transports/sdp/port.ts';
import type { PeerState } from '../../transports/webrtc/peer.ts';
import type { SessionReport, SessionRole } from '../protocol.ts';
import type { RelayPeer, Trial } from '../relay/messages.ts';
import type { Address } from '../runtime/address.ts';
import { type Do, perform } from '../runtime/effects.ts';
import type { ControlState } from './control/forwarding-control.ts';
import type { QueueState } from './crossings.ts';
import type { RelayedClock } from './relayed.ts';

export const MEDIA_PORT = 'media';

export type MediaCommand =
  /** Hold a peer connection for the session that commands this; its notifications go to that actor. */
  | {
      readonly do: 'open-session';
      readonly session: string;
      readonly ice: IceCredentials;
      /** Missing while the client's answer is awaited. */
      readonly remote?: RemoteTransport;
      /** Media is not encrypted. */
      readonly isPlain?: boolean;
    }
  | { readonly do: 'set-remote'; readonly session: string; readonly remote: RemoteTransport }
  | {
      readonly do: 'restart-ice';
      readonly session: string;
      readonly local: IceCredentials;
      readonly remote: IceCredentials;
    }
  /** What this session sends becomes the stream, in place of whatever was. */
  | {
      readonly do: 'publish';
      readonly session: string;
      readonly stream: string;
      readonly epoch: number;
      /** ISO 8601, for people. */
      readonly publishedAt: string;
    }
  /** The stream has no publisher any more; its viewers wait. */
  | { readonly do: 'unpublish'; readonly stream: string }
  /** How to read what this session sends; before it publishes, what it sends goes nowhere. */
  | {
      readonly do: 'expect-media';
      readonly session: string;
      readonly media: readonly IncomingMedia[];
      /** The SSRC that our RTCP to this publisher comes from. */
      readonly rtcpSsrc: number;
    }
  | {
      readonly do: 'view';
      readonly session: string;
      readonly stream: string;
      readonly media: readonly OutgoingMedia[];
      readonly ssrcs: OutgoingSsrcs;
    }
  | { readonly do: 'close-session'; readonly session: string; readonly reason: string }
  /** The track actor of this kind is ready: its core is made anew, and goes on where the last one was. */
  | { readonly do: 'open-track'; readonly stream: string; readonly kind: MediaKind }
  | { readonly do: 'close-track'; readonly stream: string; readonly kind: MediaKind }
  /** Another core of this node gets the stream from here, under the number that it has given it. */
  | {
      readonly do: 'cross';
      readonly stream: string;
      readonly to: number;
      readonly number: number;
      /** The stream's actor there. */
      readonly replica: Address;
    }
  /** No more; without `to`, none. */
  | { readonly do: 'uncross'; readonly stream: string; readonly to?: number }
  /** The stream comes from another core of this node; said again when it is known which actor has it there. */
  | {
      readonly do: 'replicate';
      readonly stream: string;
      readonly from: number;
      readonly number: number;
      /** The stream's actor there. */
      readonly source: Address;
    }
  | { readonly do: 'unreplicate'; readonly stream: string }
  /** The publisher's clock, as the core has it that the stream comes from. */
  | {
      readonly do: 'take-clock';
      readonly stream: string;
      readonly kind: MediaKind;
      readonly clock: RelayedClock;
    }
  /** The nodes that the stream has passed on its way to this one, as the core has it that it comes from. */
  | { readonly do: 'take-path'; readonly stream: string; readonly path: readonly string[] }
  | { readonly do: 'want-keyframe'; readonly stream: string }
  /** What comes from that core goes on from now on; its faults are this actor's. */
  | { readonly do: 'open-queue'; readonly from: number }
  /** Answers with Described, once what the plane knows has been put into `report`. */
  | { readonly do: 'describe-session'; readonly report: SessionFacts; readonly replyTo: Address }
  /** Answers with ShardReport. */
  | { readonly do: 'report-shard'; readonly replyTo: Address };

/** From the actor of a relay link, about its own link. */
export type LinkCommand =
  /** Open a link to this peer; notices about it go to whoever commands this. */
  | { readonly do: 'open-link'; readonly peer: RelayPeer }
  /** Notices about this link, which the peer has opened, go to whoever commands this. */
  | { readonly do: 'own-link'; readonly link: number }
  | { readonly do: 'close-link'; readonly reason: string }
  /** There is reason to believe that the peer is gone: it is to be heard soon, or the link is down. */
  | { readonly do: 'suspect-link' }
  /** Ask the peer for the stream; `path` are the nodes that want it, the last one first. */
  | {
      readonly do: 'fetch';
      readonly stream: string;
      readonly path: readonly string[];
      /** It comes from another parent already, which delivers until this one has taken over. */
      readonly trial?: Trial;
    }
  | { readonly do: 'unfetch'; readonly stream: string }
  /** Send the stream to the peer, which has subscribed to it. */
  | { readonly do: 'serve'; readonly subscription: number; readonly stream: string }
  | { readonly do: 'end'; readonly subscription: number; readonly reason: string }
  | { readonly do: 'refuse'; readonly subscription: number; readonly reason: string };

const linkCommands: readonly string[] = [
  'open-link',
  'own-link',
  'close-link',
  'suspect-link',
  'fetch',
  'unfetch',
  'serve',
  'end',
  'refuse',
] satisfies readonly LinkCommand['do'][];

export function isLinkCommand(command: MediaCommand | LinkCommand): command is LinkCommand {
  return linkCommands.includes(command.do);
}

/** What a session's actor knows of it; the plane adds what it measures. */
export type SessionFacts = Pick<
  SessionReport,
  'session' | 'stream' | 'role' | 'uid' | 'state' | 'explanation' | 'createdAt'
>;

/** From the plane to the actor whose core it concerns. */
export type MediaNotice = PeerNotice | TrackNotice | CrossingNotice | QueueNotice | CoreFault;

export interface PeerNotice {
  readonly type: 'peer';
  readonly state: PeerState;
  /** Why it ended. */
  readonly reason?: string;
}

/** Of the actor's track: told once a batch, however often it changed meanwhile. */
export type TrackNotice =
  /** Forwarding control has changed its state. */
  | { readonly type: 'track-state'; readonly state: ControlState }
  /** The publisher has begun to speak, or has stopped. */
  | { readonly type: 'speaking'; readonly isSpeaking: boolean }
  /** The stream's players are to hold back so much at least, ms; 0: as they see fit. */
  | { readonly type: 'buffer-target'; readonly targetMs: number };

/** To the actor of a stream, about the other core that it goes to or comes from. */
export type CrossingNotice =
  /** From there: somebody needs a keyframe. */
  | { readonly type: 'keyframe-wanted' }
  /** From here: the nodes that the stream has passed on its way to this one. */
  | { readonly type: 'path-told'; readonly path: readonly string[] }
  /** From here: what the publisher's clock shows. */
  | { readonly type: 'clock-told'; readonly kind: MediaKind; readonly clock: RelayedClock };

/** To the actor of an inbound queue: told once a batch, however often it changed meanwhile. */
export interface QueueNotice {
  readonly type: 'queue-state';
  readonly state: QueueState;
}

/** The actor's core threw while media passed: the actor crashes over it, and its supervisor decides. */
export interface CoreFault {
  readonly type: 'core-fault';
  readonly error: string;
}

export const media = (command: MediaCommand | LinkCommand): Do => perform(MEDIA_PORT, command);

export function roleOf(session: string): SessionRole {
  return session.startsWith('push-') ? 'publisher' : 'viewer';
}
