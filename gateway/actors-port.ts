/** What the gateway needs of the actor system, and all that it knows of it. */
import type { Address } from '../actors/runtime/address.ts';
import type { Message } from '../actors/runtime/behaviour.ts';

export interface ActorsPort {
  /**
   * Sends `message` with a `replyTo` of its own and resolves with what comes back. Rejects with an Error whose `name`
   * is `AskTimeout` when nothing came in `timeoutMs`, or `NotReachable` when there is nobody at `to`.
   */
  ask<T extends Message>(to: Address, message: Message, timeoutMs: number): Promise<T>;
  /** A place of one's own that actors can send to, until it is closed. */
  inbox(onMessage: (message: Message) => void): Inbox;
  /** Calls `onDown` once, when the actor is gone (at once when it already is), unless cancelled before. */
  watch(address: Address, onDown: () => void): { cancel(): void };
}

export interface Inbox {
  readonly address: Address;
  close(): void;
}
