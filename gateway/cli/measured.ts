/** What the commands have in common that run for a while and then show a report. */
import type { FlagValues } from './arguments.ts';
import { stopSignals } from './signals.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** What a measurement is given: when to stop, and where to say how far it is. */
export interface Measuring {
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** What a report needs beside its table. */
export interface Rest<Report> {
  /** What `--json` writes; by default the report as it is. */
  json?(report: Report): object;
  /** Does what is left once the report is shown, and resolves to the exit code; by default there is nothing. */
  finish?(report: Report): Promise<number>;
}

/**
 * Measures, and shows the report as JSON or as a table; a first Ctrl-C ends it in order, a second one at once. Whatever
 * any of it throws is told.
 */
export async function measured<Report extends object>(
  flags: FlagValues,
  terminal: Terminal,
  measure: (measuring: Measuring) => Promise<Report>,
  table: (report: Report) => string,
  { json = report => report, finish = async () => EXIT.done }: Rest<Report> = {},
): Promise<number> {
  const stopping = new AbortController();
  const { first, second } = stopSignals(terminal);
  first.then(() => stopping.abort(new Error('stopped')));
  const measureOnce = async () => {
    try {
      const report = await measure({ signal: stopping.signal, onProgress: line => terminal.tell(line) });
      terminal.out(flags.json === undefined ? table(report) : JSON.stringify(json(report), undefined, 2));
      return await finish(report);
    } catch (error) {
      terminal.tell(`zrtc: ${stopping.signal.aborted ? 'stopped before the end' : reasonOf(error)}`);
      return EXIT.failed;
    }
  };
  return Promise.race([measureOnce(), second.then(() => EXIT.failed)]);
}

/** What code throws on purpose says it all; of a mistake in the code it has to be known where it is. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = [TypeError, RangeError, ReferenceError].some(kind => error instanceof kind);
  return (isMistake ? error.stack : undefined) ?? error.message;
}
