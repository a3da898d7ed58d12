/** The server's side of a handshake, whoever computes it: message by message, without records, loss or time. */
import type { SrtpKeys } from '../srtp/port.ts';
import type { Refusal } from './alerts.ts';
import type { HandshakeMessage } from './handshake-message.ts';
import type { SessionKeys } from './key-schedule.ts';

export type HandshakeStep =
  /** Nothing to send yet. */
  | { readonly kind: 'wait' }
  /** Our flight in answer to the hello, in the clear. */
  | { readonly kind: 'answer'; readonly messages: readonly HandshakeMessage[] }
  /** The client's next records may be under these keys. */
  | { readonly kind: 'keys'; readonly keys: SessionKeys }
  /** The client has proved all; `finished` is our last message, the first under the new keys. */
  | { readonly kind: 'done'; readonly finished: HandshakeMessage; readonly srtpKeys: SrtpKeys }
  | Refusal;

export interface Handshake {
  /** The message that is due, for people; `nothing` once it is over. */
  readonly awaiting: string;
  /** Takes the client's next message, in the order of CLIENT_MESSAGES; keeps its body. */
  take(message: HandshakeMessage): HandshakeStep;
  /** Forgets all secrets. */
  release(): void;
}
