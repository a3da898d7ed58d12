/** The command line: finds the command, reads its flags, runs it, and turns what it throws into a line. */
import { ConfigError } from '../../actors/config/config-error.ts';
import { didYouMean } from '../../actors/config/nearest.ts';
import { readVersion } from '../version.ts';
import { readFlags, UsageError } from './arguments.ts';
import { cluster } from './cluster.ts';
import { atOnce, type Command, helpOf, helpOfAll, type ListedCommand, later } from './command.ts';
import { drain, undrain } from './drain.ts';
import { keys } from './keys.ts';
import { node } from './node.ts';
import { replayKcp } from './replay-kcp.ts';
import { status } from './status.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { token } from './token.ts';
import { up } from './up.ts';

export const commands: readonly ListedCommand[] = [
  ...[up, cluster, node, token, keys, status, drain, undrain, replayKcp].map(atOnce),
  // Those that load the simulations: a node would pay for them with half a second at its start and 20 MB.
  later(
    'simulate',
    'Runs a scenario on a virtual clock and network, and checks what must hold in it.',
    async () => (await import('./simulate.ts')).simulate,
  ),
  later(
    'soak',
    'Runs four sites of real processes with real clients for hours, in which nodes and lines fail.',
    async () => (await import('./soak.ts')).soak,
  ),
  later('bench', 'Measures this machine and this code.', async () => (await import('./bench.ts')).bench),
];

/** Runs `args` (without the program's own name) and resolves to the process's exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined) {
      terminal.tell(helpOfAll(commands));
      return EXIT.misused;
    }
    if (name === 'help' || name === '--help' || name === '-h') return await help(rest, terminal);
    if (name === 'version' || name === '--version') return await version(rest, terminal);
    const command = commandNamed(name).load();
    // One that is there begins within this call: from then on it is the command that hears signals.
    return await runCommand(command instanceof Promise ? await command : command, rest, terminal);
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

async function help([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const isOfAll = name === undefined || name.startsWith('-');
  terminal.out(isOfAll ? helpOfAll(commands) : helpOf(await commandNamed(name).load()));
  return EXIT.done;
}

async function version(rest: readonly string[], terminal: Terminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  terminal.out(`zrtc ${await readVersion()}`);
  return EXIT.done;
}

function commandNamed(name: string): ListedCommand {
  const command = commands.find(candidate => candidate.name === name);
  if (command !== undefined) return command;
  const names = [...commands.map(candidate => candidate.name), 'help', 'version'];
  throw new UsageError(
    `unknown command ${name}${didYouMean(name, names) || ` (there are ${names.join(', ')})`}`,
  );
}
