/** The limits of links between nodes, each with its reason. */

/** A link that carries nothing else carries a heartbeat this often: four of them fit into the silence below. */
export const HEARTBEAT_INTERVAL_MS = 500;

/**
 * A peer not heard for this long is taken for dead. Placement has to notice a silent node within 5 s, and this leaves
 * it time to act; a shorter silence would take a peer that collects garbage on a busy machine for a dead one.
 */
export const SILENCE_MAX_MS = 2_000;

/** From dialling, or from a first hello, until the link is up: a few round trips, with the patience of the above. */
export const GREETING_MAX_MS = 2_000;

/** What may wait for one peer. Control comes in thousands of messages a second, so this is a peer that has stalled. */
export const OUTBOX_MAX_ITEMS = 65_536;
/** Likewise in bytes: a line of 100 Mbit/s takes 1.3 s for it, and longer than SILENCE_MAX_MS nothing should wait. */
export const OUTBOX_MAX_BYTES = 16 * 1024 * 1024;

/** Items of one frame. Packing 256 costs 0.44 µs an item, 64 0.73 µs, one 12.5 µs: more gain nothing. */
export const FRAME_MAX_ITEMS = 256;
/** Bytes of a frame with more than one item: what TCP carries in a few segments, parsed in well under 1 ms. */
export const FRAME_MAX_BYTES = 64 * 1024;
/** One item: an SDP is 10 kB, a list of a thousand nodes 200 kB. A larger one is refused to its sender. */
export const ITEM_MAX_BYTES = 1024 * 1024;
/** One part of a ZeroMQ message; ZeroMQ ends the connection of whoever sends a larger one before it is read. */
export const PART_MAX_BYTES = ITEM_MAX_BYTES + 1024;
/** The head of a frame, that of a hello with its facts being the largest: names, a site, roles. */
export const HEAD_MAX_BYTES = 16 * 1024;

/** Frames that ZeroMQ may hold for one peer, each way: what waits should wait in the outbox, which is watched. */
export const FRAMES_QUEUED_MAX = 64;

/** Connections that others have dialled. A cluster has some hundreds of nodes, each with one link and a spare. */
export const INCOMING_MAX = 1_024;

/** The wait before a second attempt to dial; it doubles with each further one. */
export const REDIAL_FIRST_MS = 100;
/**
 * The longest wait: a node that comes back is found again sooner than it was given up, and a scheduler that does knows all
 * nodes within 3 s, on a busy machine too. A thousand nodes that dial once a second are no load.
 */
export const REDIAL_MAX_MS = 1_000;
/** The wait after a refusal that only a person can help (keys, versions, names): seldom, yet without a restart here. */
export const REDIAL_REFUSED_MS = 5_000;
/** A link that lasted this long was no flapping one: dialling starts again with the shortest wait. */
export const STEADY_MS = 5_000;
