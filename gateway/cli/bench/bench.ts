/** The shape of a bench. */
import type { Flag, FlagValues } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';

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
