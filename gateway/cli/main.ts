/** The command line: finds the command, reads its flags, runs it, and turns what it throws into a line. */
import { ConfigError } from '../../actors/config/config-error.ts';
import { didYouMean } from '../../actors/config/nearest.ts';
import { readVersion } from '../version.ts';
import { readFlags, UsageError } from './arguments.ts';
import { bench } from './bench.ts';
import { cluster } from './cluster.ts';
import { type Command, helpOf, helpOfAll } from './command.ts';
import { drain, undrain } from './drain.ts';
import { keys } from './keys.ts';
import { node } from './node.ts';
import { replayKcp } from './replay-kcp.ts';
import { simulate } from './simulate.ts';
import { soak } from './soak.ts';
import { status } from './status.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { token } from './token.ts';
import { up } from './up.ts';

export const commands: readonly Command[] = [
  up,
  cluster,
  node,
  token,
  keys,
  status,
  drain,
  undrain,
  replayKcp,
  simulate,
  soak,
  bench,
];

/** Runs `args` (without the program's own name) and resolves to the process's exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined) {
      terminal.tell(helpOfAll(commands));
      return EXIT.misused;
    }
    if (name === 'help' || name === '--help' || name === '-h') return help(rest, terminal);
    if (name === 'version' || name === '--version') return await version(rest, terminal);
    return await runCommand(commandNamed(name), rest, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.tell(`zrtc: ${error.message}`);
      return EXIT.misused;
    }
    if (error instanceof ConfigError) {
      terminal.tell(`zrtc: ${error.message}`);
      return EXIT.failed;
    }
    throw error;
  }
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  const operands: string[] = [];
  const known = [...command.flags, ...(command.flagsInNotes ?? [])];
  const flags = readFlags(args, known, command.takesOperands === true ? operands : undefined);
  if (flags.help === undefined) return command.run(flags, terminal, operands);
  terminal.out(helpOf(command));
  return EXIT.done;
}

function help([name, ...rest]: readonly string[], terminal: Terminal): number {
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  terminal.out(name === undefined || name.startsWith('-') ? helpOfAll(commands) : helpOf(commandNamed(name)));
  return EXIT.done;
}

async function version(rest: readonly string[], terminal: Terminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  terminal.out(`zrtc ${await readVersion()}`);
  return EXIT.done;
}

function commandNamed(name: string): Command {
  const command = commands.find(candidate => candidate.name === name);
  if (command !== undefined) return command;
  const names = [...commands.map(candidate => candidate.name), 'help', 'version'];
  throw new UsageError(
    `unknown command ${name}${didYouMean(name, names) || ` (there are ${names.join(', ')})`}`,
  );
}
