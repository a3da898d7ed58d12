/**
 * The messages that cross the house: from the gateway to the edges and sessions, and their answers. All are plain data;
 * whoever asks puts `replyTo` in (the `ask` of the actor system does so by itself).
 */
import type { MediaKind } from '../transports/rtp/codec.ts';
import type { Address } from './runtime/address.ts';

/** To `/push-edge`: take this publisher. Answered by Opened or Refused. */
export interface Publish {
  readonly type: 'publish';
  readonly stream: string;
  readonly uid?: string;
  /** The publisher's SDP offer. */
  readonly offer: string;
  /** Its publication's epoch has to be a later one than this: the clocks of a cluster's nodes differ. */
  readonly afterEpoch?: number;
  readonly replyTo: Address;
}

/** To `/pull-edge`: take this viewer; without `offer` the server makes it. Answered by Opened or Refused. */
export interface View {
  readonly type: 'view';
  readonly stream: string;
  readonly uid?: string;
  readonly offer?: string;
  /** The client takes plain RTP: media that is not encrypted, which not every node allows. Only without `offer`. */
  readonly isPlain?: true;
  readonly replyTo: Address;
}

export interface Opened {
  readonly type: 'opened';
  readonly session: string;
  readonly stream: string;
  readonly role: SessionRole;
  /** `offer` when the server made it and waits for the answer. */
  readonly sdpType: 'offer' | 'answer';
  readonly sdp: string;
  /** The entity tag of this ICE session (RFC 9725 section 4.3.1), without quotes. */
  readonly etag: string;
  readonly edge: { readonly node: string; readonly idc: string };
}

/** No, and why: what becomes a problem document (RFC 9457). */
export interface Refused {
  readonly type: 'refused';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

/** To a session: the viewer's answer to our offer. Answered by Accepted or Refused (409 when it has had one). */
export interface SendAnswer {
  readonly type: 'send-answer';
  readonly sdp: string;
  readonly replyTo: Address;
}

/** To a session: an ICE fragment (RFC 8840): trickled candidates, or new credentials for an ICE restart. */
export interface Trickle {
  readonly type: 'trickle';
  readonly fragment: string;
  /** From If-Match, without quotes: `*`, or the entity tag that the client holds; absent when it sent none. */
  readonly ifMatch?: string;
  readonly replyTo: Address;
}

/** The ICE session was restarted: our new credentials as a fragment. */
export interface Restarted {
  readonly type: 'restarted';
  readonly fragment: string;
  readonly etag: string;
}

/** To a session: end. Answered by Accepted; `reason` is what its client and the log are told. */
export interface Close {
  readonly type: 'close';
  readonly reason: string;
  readonly replyTo?: Address;
}

export interface Accepted {
  readonly type: 'accepted';
}

/** To a session: answered by Described. */
export interface Describe {
  readonly type: 'describe';
  readonly replyTo: Address;
}

export interface Described {
  readonly type: 'described';
  readonly session: SessionReport;
}

/** To a session: send SessionEvent messages to `listener` until it or the session is gone. */
export interface Listen {
  readonly type: 'listen';
  readonly listener: Address;
  readonly replyTo: Address;
}

/** What a session's own client must hear. */
export interface SessionEvent {
  readonly type: 'session-event';
  readonly event: 'active' | 'inactive' | 'buffer' | 'reconnect' | 'ended';
  readonly data: Record<string, string>;
}

export type SessionRole = 'publisher' | 'viewer';

/** `new`: nothing seen yet; then in order as far as the client got; `connected` once media may flow. */
export type SessionState = 'awaiting answer' | 'new' | 'checking' | 'handshaking' | 'connected' | 'ended';

/** GET /api/sessions/{id}. Counts are since the session began. */
export interface SessionReport {
  readonly session: string;
  readonly stream: string;
  readonly role: SessionRole;
  readonly uid?: string;
  readonly state: SessionState;
  /** In words: how far the connection got and what it waits for, or why it did not come up. */
  readonly explanation: string;
  readonly createdAt: string;
  readonly remoteAddress?: string;
  readonly roundTripMs?: number;
  readonly tracks: readonly TrackReport[];
  readonly counters: Record<string, number>;
}

export interface TrackReport {
  readonly kind: MediaKind;
  readonly codec?: string;
  readonly packets: number;
  readonly bytes: number;
  readonly packetsLost: number;
  readonly bitrateBps: number;
  readonly jitterMs?: number;
  /** How the track is passed on, where it is published; absent in a session's report. */
  readonly forwarding?: ForwardingReport;
}

/** Forwarding control of one track: counts are since the track's core was made, times in milliseconds. */
export interface ForwardingReport {
  readonly state: 'forwarding' | 'holding' | 'awaiting keyframe';
  /** Packets that were kept back for a while. */
  readonly held: number;
  /** Packets thrown away: a keyframe made them dispensable, or they could not have been decoded. */
  readonly discarded: number;
  /** Packets that came when nobody waited for them any more. */
  readonly late: number;
  readonly gapsFilled: number;
  /** Gaps that were gone past: at a keyframe, or when audio could not wait any longer. */
  readonly gapsSkipped: number;
  /** How long packets were kept back: added up over the gaps, and the longest. */
  readonly heldMs: number;
  readonly heldMsMax: number;
  /** Of the publisher, or of the node that the stream comes from. */
  readonly keyframesAsked: number;
  readonly historyBytes: number;
}

/** GET /api/streams/{id}. */
export interface StreamReport {
  readonly stream: string;
  readonly live: boolean;
  readonly publisher?: string;
  readonly publishedAt?: string;
  /** Which publication of this stream this is: grows with each. */
  readonly epoch: number;
  /** What this node tells players to hold back at least, ms, by the jitter it sees; 0: as they see fit. */
  readonly bufferTargetMs: number;
  /** Of the publisher's audio, as its packets tell (RFC 6464), where it is published. */
  readonly speaker?: {
    readonly isSpeaking: boolean;
    /** Smoothed; -127 is silence, 0 the loudest. */
    readonly levelDbov: number;
  };
  /** The node that it comes from, when it is published elsewhere. */
  readonly parent?: string;
  readonly viewers: number;
  readonly tracks: readonly TrackReport[];
  readonly node: string;
}

/** To `/shards/shard-<n>`: answered by ShardReport. */
export interface ReportShard {
  readonly type: 'report';
  readonly replyTo: Address;
}

/** Counts are since the link was opened. */
export interface LinkReport {
  /** The node at the other end. */
  readonly node: string;
  /** Smoothed. */
  readonly rttMs: number;
  readonly datagramsSent: number;
  /** Segments that were sent again. */
  readonly retransmissions: number;
}

export interface ShardReport {
  readonly type: 'shard-report';
  readonly shard: number;
  readonly port: number;
  readonly publishers: number;
  readonly viewers: number;
  readonly streams: readonly StreamReport[];
  /** Its relay links that are up; absent where there can be none. */
  readonly links?: readonly LinkReport[];
  /** For /metrics, by name without the `zrtc_` prefix: counters end in `_total`, the others are gauges. */
  readonly counters: Record<string, number>;
}
