/** The shape of a command, and its help as made from that. */
import { type Flag, type FlagValues, helpFlag } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name in the line of usage. */
  readonly usage: string;
  readonly flags: readonly Flag[];
  /** Flags that are taken too and that the notes explain. */
  readonly flagsInNotes?: readonly Flag[];
  /** Whether it is given more than flags: files, say. */
  readonly takesOperands?: boolean;
  readonly examples: readonly string[];
  /** Lines at the end of the help. */
  readonly notes?: readonly string[];
  /** Resolves to the exit code. */
  run(flags: FlagValues, terminal: Terminal, operands: readonly string[]): Promise<number>;
}

/** All of a command that is loaded when it is called: the list says what it is named and what it does. */
export type CommandBody = Omit<Command, 'name' | 'summary'>;

/** What the list of commands is made of: a name and a line, and a way to the rest. */
export interface ListedCommand extends Pick<Command, 'name' | 'summary'> {
  load(): Command | Promise<Command>;
}

/** A command whose file and all that it imports are loaded once somebody calls it or asks for its help. */
export function later(name: string, summary: string, load: () => Promise<CommandBody>): ListedCommand {
  return { name, summary, load: async () => ({ name, summary, ...(await load()) }) };
}

/** One that has been loaded with the list. */
export function atOnce(command: Command): ListedCommand {
  const { name, summary } = command;
  return { name, summary, load: () => command };
}

export function helpOf(command: Command): string {
  return [
    `Usage: zrtc ${command.name} ${command.usage}`,
    '',
    command.summary,
    '',
    'Flags:',
    ...columns([...command.flags, helpFlag].map(flag => [written(flag), flag.description])),
    '',
    'Examples:',
    ...command.examples.map(example => `  ${example}`),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
  ].join('\n');
}

export function helpOfAll(commands: readonly Pick<Command, 'name' | 'summary'>[]): string {
  return [
    'Usage: zrtc COMMAND [flags]',
    '',
    'Live streaming for online classes, on your own machines.',
    '',
    'Commands:',
    ...columns([
      ...commands.map(({ name, summary }) => [name, summary] as const),
      ['help', 'Shows this text, or with a command that of the command.'],
      ['version', 'Shows which zrtc this is.'],
    ]),
    '',
    'zrtc COMMAND --help says more of one.',
  ].join('\n');
}

/** Rows of two columns, the second ones lined up. */
export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** As it stands in the help: `--seconds N`. */
export function written({ name, placeholder, alone }: Flag): string {
  if (placeholder === undefined) return `--${name}`;
  return alone === undefined ? `--${name} ${placeholder}` : `--${name} [${placeholder}]`;
}
