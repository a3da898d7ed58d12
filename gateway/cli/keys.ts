/** `zrtc keys`: makes the keys that the nodes of a cluster know each other by. */
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from './command.ts';
import { EXIT, type Terminal } from './terminal.ts';

const DEFAULT_FILE = 'cluster.key';

/** For its owner alone: whoever can read it can join the cluster. */
const MODE = 0o600;

export const keys: Command = {
  name: 'keys',
  summary: 'Makes the keys of a cluster: one file, which each of its nodes needs to join.',
  usage: '[--out FILE] [--force]',
  flags: [
    { name: 'out', placeholder: 'FILE', description: `where to write them, by default ${DEFAULT_FILE}` },
    { name: 'force', description: 'replaces a file that is there already' },
  ],
  examples: ['zrtc keys', 'zrtc keys --out /etc/zrtc/cluster.key'],
  notes: [
    'Nodes with different keys cannot talk to each other: make the file once, and copy it to every node.',
    'New keys for a running cluster mean that all of its nodes are started again.',
  ],
  async run(flags, terminal) {
    const file = flags.out ?? DEFAULT_FILE;
    // ZeroMQ is loaded here, since no other command that is not a node needs it.
    const { formatClusterKeys, makeClusterKeys } = await import('../../transports/zeromq/keys.ts');
    return write(file, formatClusterKeys(makeClusterKeys()), flags.force !== undefined, terminal);
  },
};

function write(file: string, text: string, mayReplace: boolean, terminal: Terminal): number {
  const path = resolve(terminal.directory, file);
  try {
    // Written anew, never over: what is there keeps its mode and may be a link to somewhere else.
    if (mayReplace) rmSync(path, { force: true });
    writeFileSync(path, text, { flag: 'wx', mode: MODE });
  } catch (error) {
    terminal.tell(`zrtc: ${refusalOf(file, error as NodeJS.ErrnoException)}`);
    return EXIT.failed;
  }
  terminal.tell(
    [
      `zrtc: the cluster's keys are in ${file}`,
      'Copy the file to each node of the cluster, where only zrtc may read it. A node without it cannot join,',
      'and whoever has it can.',
    ].join('\n'),
  );
  return EXIT.done;
}

function refusalOf(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST') {
    return `${file} is there already, and nodes may be using it; --force replaces it, --out writes elsewhere`;
  }
  return `cannot write ${file}: ${message}`;
}
