/** What a behaviour may want done, as plain data; one interpreter (system.ts) carries it out. */
import type { Address } from './address.ts';
import type { Behaviour, Message } from './behaviour.ts';

export type Effect = Tell | Ask | Spawn | Stop | Watch | Unwatch | SetTimer | CancelTimer | Do;

/** Send `message`: at most once, in order per pair of actors while the link between them lasts. */
export interface Tell {
  readonly effect: 'tell';
  readonly to: Address;
  readonly message: Message;
}

/** Send `message` with a one-shot `replyTo` in it; what comes there, or the lack of it, returns under `key`. */
export interface Ask {
  readonly effect: 'ask';
  readonly to: Address;
  readonly message: Message;
  readonly key: string;
  readonly timeoutMs: number;
}

/** Start a child. A name that a living child has is an error, and so crashes the actor that asks for it. */
export interface Spawn {
  readonly effect: 'spawn';
  readonly name: string;
  readonly behaviour: Behaviour<never, unknown, never>;
  readonly args: unknown;
}

/** Stop the child of that name, or without one oneself: leaves first, then the actor. */
export interface Stop {
  readonly effect: 'stop';
  readonly child?: string;
}

export interface Watch {
  readonly effect: 'watch';
  readonly address: Address;
}

export interface Unwatch {
  readonly effect: 'unwatch';
  readonly address: Address;
}

/** Send `message` to oneself in `afterMs`; a timer of the same key is replaced. Gone with the actor. */
export interface SetTimer {
  readonly effect: 'timer';
  readonly key: string;
  readonly afterMs: number;
  readonly message: Message;
}

export interface CancelTimer {
  readonly effect: 'cancel';
  readonly key: string;
}

/** A command to one of the ports that the system was given: the media plane, the log, a worker thread. */
export interface Do {
  readonly effect: 'do';
  readonly port: string;
  readonly command: unknown;
}

export const tell = (to: Address, message: Message): Tell => ({ effect: 'tell', to, message });
export const ask = (to: Address, message: Message, key: string, timeoutMs: number): Ask => ({
  effect: 'ask',
  to,
  message,
  key,
  timeoutMs,
});
export const spawn = <Args, State, M extends Message>(
  name: string,
  behaviour: Behaviour<Args, State, M>,
  args: Args,
): Spawn => ({ effect: 'spawn', name, behaviour: behaviour as Behaviour<never, unknown, never>, args });
export const stop = (child?: string): Stop =>
  child === undefined ? { effect: 'stop' } : { effect: 'stop', child };
export const watch = (address: Address): Watch => ({ effect: 'watch', address });
export const unwatch = (address: Address): Unwatch => ({ effect: 'unwatch', address });
export const timer = (key: string, afterMs: number, message: Message): SetTimer => ({
  effect: 'timer',
  key,
  afterMs,
  message,
});
export const cancel = (key: string): CancelTimer => ({ effect: 'cancel', key });
export const perform = (port: string, command: unknown): Do => ({ effect: 'do', port, command });
