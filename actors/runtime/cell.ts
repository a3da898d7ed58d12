/** One living actor, as the system keeps it. */
import type { Behaviour, DownReason, Message, SystemMessage } from './behaviour.ts';
import type { Destination } from './destination.ts';
import type { KeyedTimers } from './keyed-timers.ts';
import type { Mailbox } from './mailbox.ts';
import type { RestartWindow } from './supervision.ts';
import type { Watching } from './watching.ts';

export type AnyBehaviour = Behaviour<never, unknown, never>;

/** What waits in a mailbox. */
export interface Letter {
  readonly message: Message | SystemMessage;
  /** Of what the system itself owes the actor: it has no sender, and may be taken back while it waits. */
  readonly ticket?: Ticket;
}

export interface Ticket {
  readonly takenBack: boolean;
  /** Called when the letter's turn has come. */
  taken(): void;
}

export interface Cell extends Destination {
  readonly path: string;
  readonly name: string;
  readonly behaviour: AnyBehaviour;
  readonly args: unknown;
  readonly parent: Cell | undefined;
  readonly children: Map<string, Cell>;
  /** Counts the restarts of this actor and its siblings. */
  readonly supervisor: RestartWindow;
  /** Counts the restarts of its children. */
  readonly childRestarts: RestartWindow;
  readonly mailbox: Mailbox<Letter>;
  readonly timers: KeyedTimers;
  readonly watching: Watching;
  /** What makes each of its open questions forgotten. */
  readonly asks: Set<() => void>;
  /** Whether `start` has returned, so that there is a state. */
  started: boolean;
  state: unknown;
  /** Set from the moment that it begins to end. */
  ended: DownReason | undefined;
}
