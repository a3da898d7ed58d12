/** How a KCP association is set up. The defaults and limits are those of ikcp.c, unless it says otherwise. */
import { HEADER_BYTES } from './segment.ts';

/** Both ends must agree on the conversation and the first sequence number; the rest is each end's own. */
export interface KcpOptions {
  /** 32 bits, which every segment carries; segments with others are refused. */
  readonly conversation: number;
  /**
   * How a retransmission timeout grows with each one that passes: 0 doubles it (and adds an eighth to the first), 1 adds
   * half of it, 2 adds half of the current estimate. With 1 and 2 timeouts may be as short as 30 ms, with 0 100 ms.
   */
  readonly nodelay?: 0 | 1 | 2;
  /** Between two flushes, 10 to 5,000 ms; what is outside counts as the nearest. */
  readonly intervalMs?: number;
  /** Resend a segment once this many acknowledgements of later ones have come; 0 only resends after a timeout. */
  readonly fastResend?: number;
  /** Whether a congestion window holds the sender back, besides the two ends' windows. */
  readonly congestionControl?: boolean;
  /** How many segments may be in flight, 1 to 65,535. */
  readonly sendWindow?: number;
  /** How many segments may wait to be read, up to 65,535; fewer than 128 count as 128. */
  readonly receiveWindow?: number;
  /** The longest datagram, headers included, 50 to 65,507 bytes. */
  readonly mtuBytes?: number;
  /** Whether messages are joined and split at will, so that only the order of bytes is kept. */
  readonly streamMode?: boolean;
  /** The shortest retransmission timeout, in place of the one that comes with `nodelay`. */
  readonly minimumRtoMs?: number;
  /** The number of the first segment of either direction; ikcp.c knows only 0. */
  readonly firstSequence?: number;
}

export interface KcpSettings extends Required<KcpOptions> {
  /** What one segment carries. */
  readonly segmentBytes: number;
}

/** So that the receiver can hold any message whole, whatever its window (ikcp.c: IKCP_WND_RCV). */
export const MIN_RECEIVE_WINDOW = 128;
/** A message must fit the smallest receive window, with a segment to spare. */
export const MAX_FRAGMENTS = MIN_RECEIVE_WINDOW - 1;

/** The header's field for it has 16 bits. */
const MAX_WINDOW = 0xffff;
const DEFAULT_SEND_WINDOW = 32;
const MIN_INTERVAL_MS = 10;
const MAX_INTERVAL_MS = 5000;
const DEFAULT_INTERVAL_MS = 100;
/** Two headers fit. */
const MIN_MTU_BYTES = 50;
/** What UDP over IPv4 carries (RFC 768). */
const MAX_MTU_BYTES = 65_507;
/** Leaves room for IP, UDP and a tunnel in an Ethernet frame. */
const DEFAULT_MTU_BYTES = 1400;
const MIN_RTO_MS = 100;
const MIN_RTO_NODELAY_MS = 30;

/** Fills in the defaults. Throws a RangeError for what cannot be. */
export function settingsFrom(options: KcpOptions): KcpSettings {
  const { conversation, nodelay = 0, fastResend = 0, firstSequence = 0 } = options;
  const { intervalMs = DEFAULT_INTERVAL_MS, mtuBytes = DEFAULT_MTU_BYTES } = options;
  const { sendWindow = DEFAULT_SEND_WINDOW, receiveWindow = MIN_RECEIVE_WINDOW } = options;
  const { minimumRtoMs = nodelay === 0 ? MIN_RTO_MS : MIN_RTO_NODELAY_MS } = options;
  return {
    conversation: whole('conversation', conversation, 0, 0xffff_ffff),
    nodelay,
    intervalMs: Math.min(
      Math.max(MIN_INTERVAL_MS, whole('intervalMs', intervalMs, 0, Number.MAX_SAFE_INTEGER)),
      MAX_INTERVAL_MS,
    ),
    fastResend: whole('fastResend', fastResend, 0, MAX_WINDOW),
    congestionControl: options.congestionControl ?? true,
    sendWindow: whole('sendWindow', sendWindow, 1, MAX_WINDOW),
    receiveWindow: Math.max(MIN_RECEIVE_WINDOW, whole('receiveWindow', receiveWindow, 1, MAX_WINDOW)),
    mtuBytes: whole('mtuBytes', mtuBytes, MIN_MTU_BYTES, MAX_MTU_BYTES),
    streamMode: options.streamMode ?? false,
    minimumRtoMs: whole('minimumRtoMs', minimumRtoMs, 0, Number.MAX_SAFE_INTEGER),
    firstSequence: whole('firstSequence', firstSequence, 0, 0xffff_ffff),
    segmentBytes: mtuBytes - HEADER_BYTES,
  };
}

function whole(name: string, value: number, lowest: number, highest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw new RangeError(`${name} is ${value}, not a whole number from ${lowest} to ${highest}`);
}
