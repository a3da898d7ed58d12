/** What the system counts, since it began. */
export interface Counters {
  /** Messages that actors were given, those of the system itself included. */
  messages: number;
  /** Messages that found nobody, or no room. */
  deadLetters: number;
  restarts: number;
  crashes: number;
  /** Messages refused by a full mailbox; they are dead letters too. */
  mailboxOverflows: number;
}

export function newCounters(): Counters {
  return { messages: 0, deadLetters: 0, restarts: 0, crashes: 0, mailboxOverflows: 0 };
}
