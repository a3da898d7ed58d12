/** What is said where a node hands its clients over to others. */
import type { Address } from '../runtime/address.ts';

/** To `/drain`: no new sessions, and those that are there to other nodes. Answered by Accepted, at once. */
export interface DrainNode {
  readonly type: 'drain';
  readonly replyTo: Address;
}

/** To `/drain`: all as before. Answered by Accepted. */
export interface UndrainNode {
  readonly type: 'undrain';
  readonly replyTo: Address;
}

/** From `drain` to the node's edges and its membership. */
export interface Draining {
  readonly type: 'draining';
  readonly isDraining: boolean;
}

/** From `drain` to `pushes` and `pulls`: tell all sessions to come again elsewhere, and end those that have not. */
export interface HandOver {
  readonly type: 'hand-over';
  /** Over this time they are told, evenly: where they come to, all would come at once. */
  readonly overMs: number;
  /** After this time, from the beginning, those that are left end. */
  readonly endAfterMs: number;
}

/** From `drain` to `pushes` and `pulls`: those that have not been told yet stay. */
export interface StopHandOver {
  readonly type: 'stop-hand-over';
}

/** To a session: its client is to come again. */
export interface ReconnectSession {
  readonly type: 'reconnect';
}
