/** `--runs`, as benches have it that measure more than once. */
import type { Flag, FlagValues } from '../arguments.ts';
import { numberFlag, numberOf } from '../number-flags.ts';

const RUNS = { initial: 3, max: 20 };

/** `what` is measured so often. */
export function runsFlag(what: string): Flag {
  return numberFlag('runs', `how often ${what} is measured`, RUNS);
}

/** Throws UsageError. */
export function runsOf(flags: FlagValues): number {
  return numberOf(flags, 'runs', RUNS);
}
