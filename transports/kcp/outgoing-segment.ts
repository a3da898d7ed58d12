/** A segment on the sender's side, from the message that it was cut from until it is acknowledged. */

export interface OutgoingSegment {
  payload: Uint8Array;
  /** How many fragments of the message come after this one. */
  readonly fragmentsLeft: number;
  /** Given as it enters the window. */
  sequence: number;
  /** How often it went out. */
  transmissions: number;
  /** The clock's low 32 bits when it last went out: what the acknowledgement echoes. */
  timestampMs: number;
  /** The timeout that runs, and when it ends. */
  rtoMs: number;
  resendAtMs: number;
  /** Datagrams that acknowledged a later segment since this one last went out fast. */
  skips: number;
}

export function outgoingSegment(payload: Uint8Array, fragmentsLeft: number): OutgoingSegment {
  return {
    payload,
    fragmentsLeft,
    sequence: 0,
    transmissions: 0,
    timestampMs: 0,
    rtoMs: 0,
    resendAtMs: 0,
    skips: 0,
  };
}
