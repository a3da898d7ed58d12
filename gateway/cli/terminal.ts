/** The world outside a command, as a port: what a test puts in place of the process that the command runs in. */
import type { Logger } from 'pino';
import type { Clock } from '../../transports/clock.ts';
import type { StartNode } from './running-node.ts';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly directory: string;
  readonly clock: Clock;
  /** Writes what was asked for, which may go on into another program. */
  out(text: string): void;
  /** Writes what is for the person at the terminal: errors, the start banner. */
  tell(text: string): void;
  /** A log that writes JSON lines. */
  openLog(level: string): Logger;
  readonly startNode: StartNode;
  /** Like the global one; a node on this machine may show a certificate of its own making. */
  fetch(
    url: URL,
    init: { method?: string; headers: Record<string, string>; signal: AbortSignal },
  ): Promise<Response>;
  /** Calls `listener` for each SIGINT and SIGTERM, which then no longer end the process by themselves. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void;
}

/** How a command ends, as the process's exit code. */
export const EXIT = { done: 0, failed: 1, misused: 2 } as const;
