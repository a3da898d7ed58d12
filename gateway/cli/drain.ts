/** `zrtc drain NODE` and `zrtc undrain NODE`: a node of a cluster is emptied before an upgrade, or is taken in again. */
import * as z from 'zod';
import { nodesAnswer } from './api-answers.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { configFileFlag, keyFlags, shortFlags } from './config-flags.ts';
import { AskError, askNode } from './node-asking.ts';
import { type StatusTarget, statusTarget } from './status-target.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** How often is looked who is left. */
const LOOK_INTERVAL_MS = 500;
/** Longer than a node lets any session stay, and than its last word takes. */
const DRAINED_WITHIN_MS = 15_000;

const flags = [
  {
    name: 'url',
    placeholder: 'URL',
    description: 'where a gateway of the cluster is, by default where the configuration has it',
  },
  {
    name: 'token',
    placeholder: 'TOKEN',
    description: 'a token of an administrator, by default one made for the moment with the configured secret',
  },
  configFileFlag,
  ...shortFlags,
];
const found =
  'The gateway is found as zrtc up was told: in zrtc.yaml, ZRTC_* variables and the same flags (zrtc up --help).';

export const drain: Command = {
  name: 'drain',
  summary: 'Sends all clients of a node to the other nodes of its cluster, and waits until they are gone.',
  usage: 'NODE [--url URL] [--token TOKEN]',
  flags,
  flagsInNotes: keyFlags,
  takesOperands: true,
  examples: ['zrtc drain edge-1', 'zrtc drain edge-1 --url https://live.school.example --token TOKEN'],
  notes: [
    'The node takes no new sessions; its clients are told within 5 seconds to come again, and those who have not gone',
    'after 10 are ended. The process goes on: stop it then, or take it in again by zrtc undrain.',
    found,
  ],
  run: (values, terminal, operands) =>
    asked(values, terminal, operands, async (target, node) => {
      await askNode(pathOf(node), z.undefined(), target, terminal, 'POST');
      return emptied(target, node, terminal);
    }),
};

export const undrain: Command = {
  name: 'undrain',
  summary: 'Takes a node that was drained in again.',
  usage: 'NODE [--url URL] [--token TOKEN]',
  flags,
  flagsInNotes: keyFlags,
  takesOperands: true,
  examples: ['zrtc undrain edge-1'],
  notes: [found],
  run: (values, terminal, operands) =>
    asked(values, terminal, operands, async (target, node) => {
      await askNode(pathOf(node), z.undefined(), target, terminal, 'DELETE');
      terminal.out(`${node} takes clients again`);
      return EXIT.done;
    }),
};

async function asked(
  values: FlagValues,
  terminal: Terminal,
  [node, ...rest]: readonly string[],
  act: (target: StatusTarget, node: string) => Promise<number>,
): Promise<number> {
  if (node === undefined) throw new UsageError('which node is missing: zrtc drain NODE');
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const target = await statusTarget(values, terminal, 'admin');
  try {
    return await act(target, node);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    terminal.tell(`zrtc: ${error.message}`);
    return EXIT.failed;
  }
}

async function emptied(target: StatusTarget, node: string, terminal: Terminal): Promise<number> {
  const untilMs = terminal.clock.nowMs() + DRAINED_WITHIN_MS;
  let told: number | undefined;
  for (;;) {
    const { nodes } = await askNode('api/nodes', nodesAnswer, target, terminal);
    const one = nodes.find(candidate => candidate.node === node);
    const left = one === undefined ? 0 : one.publishers + one.viewers;
    if (left === 0) {
      terminal.out(`${node} has no sessions any more`);
      return EXIT.done;
    }
    if (terminal.clock.nowMs() >= untilMs) {
      terminal.tell(`zrtc: ${node} still has ${left} sessions`);
      return EXIT.failed;
    }
    if (left !== told) terminal.tell(`${left} sessions left`);
    told = left;
    await new Promise<void>(resolve => terminal.clock.setTimer(LOOK_INTERVAL_MS, resolve));
  }
}

function pathOf(node: string): string {
  return `api/nodes/${encodeURIComponent(node)}/drain`;
}
