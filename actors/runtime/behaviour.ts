/**
 * The one shape of every actor: `(state, message, self) → [state, ...effects]`. A behaviour is synchronous, opens
 * nothing and calls nobody: what it wants done it returns as effects, which the system carries out in their order.
 */
import type { Random } from '../../transports/random.ts';
import type { Address } from './address.ts';
import type { Effect } from './effects.ts';

/** A message: plain data (what structured clone and JSON both keep), told apart by `type`. */
export interface Message {
  readonly type: string;
}

/** What an actor is told of itself, and the only time and randomness that it may use. */
export interface Self {
  readonly address: Address;
  /** The monotonic clock, ms. */
  readonly nowMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: number;
  readonly random: Random;
}

export type Step<State> = readonly [State, ...Effect[]];

export interface Behaviour<Args, State, M extends Message> {
  /** What the actor is, for logs: `push-session`. */
  readonly name: string;
  /**
   * After a crash: `always` starts it again with the same arguments as a new incarnation, within the supervisor's
   * intensity; `never` lets it end (what a session does: its client has to come again).
   */
  readonly restart: 'always' | 'never';
  start(args: Args, self: Self): Step<State>;
  receive(state: State, message: M | SystemMessage, self: Self): Step<State>;
  /** The last effects, after its children have ended, whether it was stopped or has crashed. */
  stopped?(state: State, self: Self): readonly Effect[];
}

/** Messages that the system itself sends. */
export type SystemMessage = Down | Answer | NoAnswer;

/** A watched actor is gone; sent exactly once a watch. */
export interface Down {
  readonly type: 'down';
  readonly address: Address;
  readonly reason: DownReason;
}
export type DownReason = 'stopped' | 'crashed' | 'no connection';

/** What came back for the `ask` with this key. */
export interface Answer {
  readonly type: 'answer';
  readonly key: string;
  readonly message: Message;
}

/** The deadline of the `ask` with this key has passed, or whom it asked is gone. */
export interface NoAnswer {
  readonly type: 'no-answer';
  readonly key: string;
  readonly why: 'timeout' | 'gone';
}
