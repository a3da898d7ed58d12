/** Reads a command's flags. */
import { parseArgs } from 'node:util';
import { didYouMean } from '../../actors/config/nearest.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** What its value is called in the help; a flag without one is a switch. */
  readonly placeholder?: string;
  readonly description: string;
  /** The flag that this is another name of. */
  readonly standsFor?: string;
  /** The value of a flag that is given without one. */
  readonly alone?: string;
}

/**
 * The values of the flags that were given, by name, and for `spellingOf` how they were called; a switch that was given
 * has the value `true`.
 */
export type FlagValues = Readonly<Record<string, string>>;

/** A command called in a way that it does not understand: one line that says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Every command has this one. */
export const helpFlag: Flag = { name: 'help', description: 'shows this text' };

/**
 * Reads `args`, which may hold nothing but `flags` and, where there is a list for them, operands, which are added to it;
 * of a flag given twice the last counts. Throws UsageError.
 */
export function readFlags(args: readonly string[], flags: readonly Flag[], operands?: string[]): FlagValues {
  const known = new Map([...flags, helpFlag].map(flag => [flag.name, flag]));
  const options = Object.fromEntries(
    [...known.values()].map(({ name, placeholder }) => [name, optionOf(name, placeholder !== undefined)]),
  );
  const { tokens } = parseArgs({
    args: args.map((arg, index) => spelledOut(arg, args[index + 1], known)),
    options,
    strict: false,
    tokens: true,
  });
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (operands === undefined) throw new UsageError(`unexpected argument ${token.value}`);
      operands.push(token.value);
    }
    if (token.kind !== 'option') continue;
    const flag = known.get(token.name);
    if (flag === undefined) {
      const spelled = [...known.keys()].map(name => `--${name}`);
      throw new UsageError(`unknown flag ${token.rawName}${didYouMean(token.rawName, spelled)}`);
    }
    const name = flag.standsFor ?? flag.name;
    values[name] = valueFor(flag, token);
    values[spellingKey(name)] = flag.name;
  }
  return values;
}

/** What the flag of this name was called when it was given: `secret` for `auth.secret`. */
export function spellingOf(flags: FlagValues, name: string): string {
  return flags[spellingKey(name)] ?? name;
}

/** No flag has this for a name, since names are without the dashes. */
function spellingKey(name: string): string {
  return `--${name}`;
}

function optionOf(name: string, takesValue: boolean) {
  const type = takesValue ? ('string' as const) : ('boolean' as const);
  return name === helpFlag.name ? { type, short: 'h' } : { type };
}

/** A flag that may stand alone gets its value written out, since otherwise it would take the next flag for it. */
function spelledOut(arg: string, next: string | undefined, known: ReadonlyMap<string, Flag>): string {
  const alone = arg.startsWith('--') ? known.get(arg.slice(2))?.alone : undefined;
  return alone !== undefined && (next === undefined || next.startsWith('-')) ? `${arg}=${alone}` : arg;
}

function valueFor(
  flag: Flag,
  token: { value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  const { value, inlineValue } = token;
  if (flag.placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`--${flag.name} takes no value`);
    return 'true';
  }
  if (value === undefined) throw new UsageError(`--${flag.name} needs a value`);
  if (inlineValue !== true && value.startsWith('-')) {
    throw new UsageError(
      `--${flag.name} needs a value; write --${flag.name}=VALUE for one that begins with -`,
    );
  }
  return value;
}
