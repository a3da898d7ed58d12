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
/** What a frame of Ethernet has room for. */
export const ETHERNET_MTU_BYTES = 1_500;
/** Frames of the jumbo kind. */
export const MOST_MTU_BYTES = 9_000;

/** IPv6 and UDP (RFC 8200, RFC 768); IPv4's header is shorter. */
const IP_UDP_BYTES = 40 + 8;
/** Around each message of a link. */
const AROUND_BYTES = IP_UDP_BYTES + SEALED_OVERHEAD_BYTES + MESSAGE_HEADER_BYTES;

export interface LinkSizes {
  /** The segments that share one datagram. */
  readonly dataBytes: number;
  /** What KCP is to take for the longest datagram. */
  readonly kcpMtuBytes: number;
}

/** What a probe holds that fills an IP packet of that length. */
export function probeBytes(mtuBytes: number): number {
  return mtuBytes - AROUND_BYTES;
}

/** How long an IP packet is with data of that length in it, and a parity over it: what is sent is not longer. */
export function packetBytes(dataBytes: number): number {
  return dataBytes + PARITY_HEADER_MAX_BYTES + LENGTH_BYTES + AROUND_BYTES;
}

export function linkSizes(mtuBytes: number): LinkSizes {
  // A parity over the longest is longer by its own header.
  const dataBytes = mtuBytes - packetBytes(0);
  return { dataBytes, kcpMtuBytes: dataBytes - PACKED_HEADER_MAX_BYTES + HEADER_BYTES };
}
