/** The shape of a bench, and what the command line of each has in common. */
import { type Flag, type FlagValues, UsageError } from '../arguments.ts';
import { stopSignals } from '../signals.ts';
import { EXIT, type Terminal } from '../terminal.ts';

export interface Bench {
  /** What follows `zrtc bench`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Its own flags; `--json` each has. */
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /** Lines of its part of the help. */
  readonly notes: readonly string[];
  /** Resolves to the exit code. */
  run(flags: FlagValues, terminal: Terminal): Promise<number>;
}

/** What a measurement is given: when to stop, and where to say how far it is. */
export interface Measuring {
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Measures, and shows the report as JSON or as a table; a first Ctrl-C ends it in order, a second one at once. */
export async function measured<Report>(
  flags: FlagValues,
  terminal: Terminal,
  measure: (measuring: Measuring) => Promise<Report>,
  table: (report: Report) => string,
): Promise<number> {
  const stopping = new AbortController();
  const { first, second } = stopSignals(terminal);
  first.then(() => stopping.abort(new Error('stopped')));
  const measureOnce = async () => {
    try {
      const report = await measure({ signal: stopping.signal, onProgress: line => terminal.tell(line) });
      terminal.out(flags.json === undefined ? table(report) : JSON.stringify(report, undefined, 2));
      return EXIT.done;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.tell(`zrtc: ${stopping.signal.aborted ? 'stopped before the end' : reason}`);
      return EXIT.failed;
    }
  };
  return Promise.race([measureOnce(), second.then(() => EXIT.failed)]);
}

export interface Limits {
  readonly initial: number;
  readonly max: number;
}

/** A flag for `numberOf`; `what` is the number, in words. */
export function numberFlag(name: string, what: string, { initial, max }: Limits): Flag {
  return { name, placeholder: 'N', description: `${what}, up to ${max}; by default ${initial}` };
}

/** The flag of this name, a whole number from 1 to `max`. Throws UsageError. */
export function numberOf(flags: FlagValues, name: string, { initial, max }: Limits): number {
  const text = flags[name] ?? String(initial);
  const value = wholeNumber(text, 1, max);
  if (value !== undefined) return value;
  throw new UsageError(`--${name} must be a number from 1 to ${max}, not '${text}'`);
}

/** The flag of this name, whole numbers from `min` to `max` with commas between, each once. Throws UsageError. */
export function numbersOf(
  flags: FlagValues,
  name: string,
  { initial, min, max }: { readonly initial: string; readonly min: number; readonly max: number },
): readonly number[] {
  const values = (flags[name] ?? initial).split(',').map(text => {
    const value = wholeNumber(text, min, max);
    if (value !== undefined) return value;
    throw new UsageError(`--${name} must be numbers from ${min} to ${max}, not '${text}'`);
  });
  return [...new Set(values)];
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
