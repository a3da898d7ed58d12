/** What the system writes to its log: plain data, fit to be posted to another thread. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The actor that it is about. */
  readonly path: string;
  readonly [fact: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** An error as facts of a log entry. */
export function errorFacts(error: unknown): { readonly error: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  return error.stack === undefined ? { error: error.message } : { error: error.message, stack: error.stack };
}
