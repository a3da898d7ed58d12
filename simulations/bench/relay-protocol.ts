/** What the bench of the relay link and the two ends of its line, each a process of its own, say to each other. */
import type { RelayPlan } from './relay-plans.ts';

/** An end's argument, as JSON. */
export interface EndOptions {
  readonly side: 'sender' | 'receiver';
  readonly plan: RelayPlan;
  /** One for each link. */
  readonly seeds: readonly string[];
  /** Messages, numbered one after the other over all links and streams; those before `warmUp` are not measured. */
  readonly warmUp: number;
  readonly messages: number;
}

export type ToEnd =
  /** The line is there: for each link the port on it that leads to the other end. The sender is told first. */
  | { readonly kind: 'connect'; readonly ports: readonly number[] }
  | { readonly kind: 'begin' }
  /** To the receiver, as the sender says it. */
  | { readonly kind: 'measuring' }
  | { readonly kind: 'sent' };

export type FromEnd =
  /** The process is there; its port for each link, where it has one. */
  | { readonly kind: 'bound'; readonly ports: readonly number[] }
  /** It can be reached. */
  | { readonly kind: 'open' }
  /** Messages can pass. */
  | { readonly kind: 'ready' }
  /** The sender: the first message is due that counts. */
  | { readonly kind: 'measuring' }
  /** The sender has sent all. `cpuUs`: what its process took meanwhile. */
  | { readonly kind: 'sent'; readonly cpuUs: number }
  /** The receiver's end: how old each message was, in milliseconds. */
  | { readonly kind: 'received'; readonly cpuUs: number; readonly agesMs: readonly number[] }
  | { readonly kind: 'error'; readonly error: string };
