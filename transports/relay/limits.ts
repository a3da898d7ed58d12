/** The limits of relay links, each with its reason. */
import type { KcpOptions } from '../kcp/options.ts';

/** The first retry of a hello; each further one waits twice as long. */
export const HELLO_RETRY_FIRST_MS = 100;
/** Who has not answered by then is not there, or not reachable: time to try another parent. */
export const HELLO_LIMIT_MS = 5_000;
/** From our accept to the opener's first datagram: a round trip, with the patience that a live link gets. */
export const HALF_OPEN_MAX_MS = 2_000;

/** Four pings fit into the silence below. */
export const PING_INTERVAL_MS = 500;
/** A peer not heard for this long is taken for dead. A shorter silence would take one that collects garbage for it. */
export const SILENCE_MAX_MS = 2_000;

/** Links that others have asked for and not confirmed: a whole cluster may start at once, and no more than that. */
export const HALF_OPEN_MAX = 256;
/** Links on one port, half open ones included: a cluster has some hundreds of nodes. */
export const LINKS_MAX = 1_024;

/** Streams that one end asks of the other: a large site's share of all the streams of a cluster. */
export const SUBSCRIPTIONS_MAX = 4_096;
/** Nodes from the publisher's to the one that asks. Each adds delay, and a tree of this depth reaches any cluster. */
export const PATH_MAX_NODES = 8;
/** As long as a stream's name may be. */
export const STREAM_MAX_LENGTH = 128;
/** Reasons are one line of a log. */
export const REASON_MAX_LENGTH = 200;
/** The longest control message, a subscribe with a full path, has 1 kB. */
export const CONTROL_MAX_BYTES = 2_048;
/** Control messages that wait for the peer: two for each subscription, and as many again for a line that is slow. */
export const CONTROL_QUEUE_MAX = 4 * SUBSCRIPTIONS_MAX;

/** The longest RTP packet: more than any Ethernet frame carries, so that what is longer is none. */
export const PACKET_MAX_BYTES = 2_048;
/** Segments of a track that wait for the peer's word: a window, or 3 s of a stream of 2.5 Mbit/s. */
export const TRACK_QUEUE_MAX_SEGMENTS = 1_024;
/** How long the oldest of them may have waited: what comes later than this is no use to a class. */
export const TRACK_QUEUE_MAX_AGE_MS = 1_000;

/** Datagrams kept for conversations that the peer has not named yet: a keyframe of 300 kB that overtakes the word. */
export const EARLY_MAX_DATAGRAMS = 256;

/**
 * KCP at its quickest (nodelay, no congestion window), with windows for 2.5 Mbit/s over the longest round trips. A
 * segment holds a relay frame with a full RTP packet of 1,200 bytes; the datagram with IP, UDP, our header and a seal
 * stays under 1,400 bytes, which leaves room for a tunnel.
 */
export const CONVERSATION_OPTIONS = {
  nodelay: 1,
  intervalMs: 10,
  fastResend: 2,
  congestionControl: false,
  sendWindow: 1_024,
  receiveWindow: 1_024,
  mtuBytes: 1_280,
} as const satisfies Omit<KcpOptions, 'conversation'>;

/** A track flows one way, and KCP takes memory for windows: the way back carries acknowledgements only. */
export const UNUSED_WINDOW_SEGMENTS = 1;
