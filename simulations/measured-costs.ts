/**
 * What things cost a server of ours, as benches have measured it (docs/bench.md, "What was measured"): for runs in which
 * computing takes no time, so that processors can be as full as they would be.
 */

/** A packet to one viewer, sealed and sent: `zrtc bench fanout`, 350 kbit/s with Opus and 1,500 viewers. */
export const CPU_US_PER_PACKET = 3.2;
/** A join with all that belongs to it, HTTP and handshake included: `zrtc bench join` at 300 a second. */
export const CPU_MS_PER_JOIN = 2.87;
/** A packet on a relay link, at the end where it is dearer: `zrtc bench relay`, one stream alone on its link. */
export const RELAY_CPU_US_PER_PACKET = 123;
/** What a node's memory grows by for each viewer of a stream with media: `zrtc bench fanout`, the dearest case. */
export const MEMORY_KB_PER_VIEWER = 41;
