/** What all sockets between nodes have in common. */
import type { Dealer, SocketOptions } from 'zeromq';
import { FRAMES_QUEUED_MAX, GREETING_MAX_MS, PART_MAX_BYTES } from './limits.ts';

/** A farewell gets this long to leave after its socket has been closed; the end of a process waits no longer either. */
const LINGER_MS = 100;

export const commonOptions = {
  linger: LINGER_MS,
  sendHighWaterMark: FRAMES_QUEUED_MAX,
  receiveHighWaterMark: FRAMES_QUEUED_MAX,
  maxMessageSize: PART_MAX_BYTES,
  handshakeInterval: GREETING_MAX_MS,
  // A connection is one epoch at most; the next one is ours to dial.
  reconnectInterval: -1,
} as const satisfies SocketOptions<Dealer>;
