/** How much fits into what: from the longest IP packet that the path carries down to a KCP segment. */
import { LENGTH_BYTES, PARITY_HEADER_MAX_BYTES } from '../fec/parity.ts';
import { HEADER_BYTES } from '../kcp/segment.ts';
import { MESSAGE_HEADER_BYTES } from './link-message.ts';
import { SEALED_OVERHEAD_BYTES } from './sealed-channel.ts';
import { PACKED_HEADER_MAX_BYTES } from './segment-packing.ts';

/** Leaves room for a tunnel in an Ethernet frame of 1,500 bytes. */
export const DEFAULT_MTU_BYTES = 1_400;
/** What every IPv4 path carries (RFC 791 section 3.2): less cannot be. */
export const LEAST_MTU_BYTES = 576;
/** Frames of the jumbo kind. */
export const MOST_MTU_BYTES = 9_000;

/** IPv6 and UDP (RFC 8200, RFC 768); IPv4's header is shorter. */
const IP_UDP_BYTES = 40 + 8;

export interface LinkSizes {
  /** The segments that share one datagram. */
  readonly dataBytes: number;
  /** What KCP is to take for the longest datagram. */
  readonly kcpMtuBytes: number;
}

export function linkSizes(mtuBytes: number): LinkSizes {
  const messageBytes = mtuBytes - IP_UDP_BYTES - SEALED_OVERHEAD_BYTES - MESSAGE_HEADER_BYTES;
  // A parity over the longest is longer by its own header.
  const dataBytes = messageBytes - PARITY_HEADER_MAX_BYTES - LENGTH_BYTES;
  return { dataBytes, kcpMtuBytes: dataBytes - PACKED_HEADER_MAX_BYTES + HEADER_BYTES };
}
