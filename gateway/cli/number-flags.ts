/** Flags whose values are numbers. */
import { type Flag, type FlagValues, UsageError } from './arguments.ts';

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

/** The flag of this name, above 0 and up to `max`, such as 0.05; undefined when it was not given. Throws UsageError. */
export function amountOf(flags: FlagValues, name: string, max: number): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = /^\d{1,5}(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= max) return value;
  throw new UsageError(`--${name} must be a number above 0 and up to ${max}, not '${text}'`);
}
