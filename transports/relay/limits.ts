/** The limits of relay links, each with its reason. */
import type { KcpOptions } from '../kcp/options.ts';

/** The first retry of a hello; each further one waits twice as long. */
export const HELLO_RETRY_FIRST_MS = 100;
/** Who has not answered by then is not there, or not reachable: time to try another parent. */
export const HELLO_LIMIT_MS = 5_000;
/** From our accept to the opener's first datagram: a round trip, with the patience that a live link gets. */
export const HALF_OPEN_MAX_MS = 2_000;

/** Eight pings fit into the silence below. */
export const PING_INTERVAL_MS = 500;
/** A peer not heard for this long is taken for dead. A line may be away for 2 s and more while a route changes. */
export const SILENCE_MAX_MS = 4_000;
/**
 * Likewise where the owner has reason to believe it: this, and three round trips, within which the line is found to be out and
 * a second ping is answered; and no more than that.
 */
export const SUSPECTED_SILENCE_MIN_MS = 200;
export const SUSPECTED_ROUND_TRIPS = 3;
export const SUSPECTED_SILENCE_MAX_MS = 600;
/**
 * A line on which nothing answers for this long, besides two round trips, is out: what is sent is lost, and would only be
 * sent again. Longer than any burst of losses, and than most turns of a busy peer's loop.
 */
export const OUTAGE_MIN_MS = 150;
/**
 * A peer that has sent this many datagrams a second, and then none for so long, is asked at once whether it is there: sound
 * alone makes as many, and no stream of pictures and sound pauses for so long.
 */
export const BUSY_DATAGRAMS_PER_SECOND = 40;
export const BUSY_QUIET_MS = 100;
/**
 * One that has not been heard for this long, on a line that is out, may be frozen: the owner is told, and can make another
 * way ready, which takes four or five round trips; media is to flow again within a second. Most lines that change their
 * route, and loops that are held up, are back before.
 */
export const QUIET_MAX_MS = 400;
/** And this is the least between two such words, so that a line which is out now and then does not cost a search each time. */
export const QUIET_AGAIN_MS = 5_000;
/**
 * A round trip this much longer than the shortest: datagrams queue on the way, and are lost for want of room. Parity would
 * only add to them.
 */
export const QUEUEING_MS = 40;
/** Between two pings on a line that is out: how late its return is noticed. */
export const OUTAGE_PING_INTERVAL_MS = 50;

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
/**
 * How long after it was sent a packet is of use to the viewers behind the link, besides the time that the line takes:
 * as long as they can wait for a picture without losing touch, and for sound without losing the word (ITU-T G.114).
 */
export const VIDEO_PATIENCE_MS = 400;
export const AUDIO_PATIENCE_MS = 200;
/** A packet that is lost once is there after a round trip and a half at the least. */
export const PATIENCE_ROUND_TRIPS = 1.5;

/** Datagrams kept for conversations that the peer has not named yet: a keyframe of 300 kB that overtakes the word. */
export const EARLY_MAX_DATAGRAMS = 256;

/** How long an acknowledgement waits for others that can share its datagram. */
export const ACKNOWLEDGE_WITHIN_MS = 2;
/**
 * The shortest wait for an acknowledgement: the longest that the peer may take for it, a turn of its loop that is held up
 * (by a garbage collection, say), and as much again. Sites that are further apart wait for as long as they are.
 */
const MINIMUM_RTO_MS = 15;

/**
 * KCP at its quickest: nodelay, resent once two later segments were acknowledged, no congestion window; what is new or due
 * goes out at once, so that the interval is only the least by which a timeout exceeds the round trip: time for the next packet
 * of a track to be acknowledged, and the one before with it, when its own acknowledgement was lost. The windows do for
 * 2.5 Mbit/s over the longest round trips.
 */
export const CONVERSATION_OPTIONS = {
  nodelay: 1,
  intervalMs: 40,
  fastResend: 2,
  congestionControl: false,
  minimumRtoMs: MINIMUM_RTO_MS,
  sendWindow: 1_024,
  receiveWindow: 1_024,
} as const satisfies Omit<KcpOptions, 'conversation'>;

/** What a picture may send of what is new before it is another's turn, where a link may not send all at once. */
export const TURN_SEGMENTS = 4;

/** A track flows one way, and KCP takes memory for windows: the way back carries acknowledgements only. */
export const UNUSED_WINDOW_SEGMENTS = 1;
