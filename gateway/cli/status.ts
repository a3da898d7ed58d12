/** `zrtc status`: asks a running node what it is doing right now. */
import { nodesAnswer, streamsAnswer } from './api-answers.ts';
import type { Command } from './command.ts';
import { configFileFlag, keyFlags, shortFlags } from './config-flags.ts';
import { AskError, askNode } from './node-asking.ts';
import { statusText } from './status-table.ts';
import { statusTarget } from './status-target.ts';
import { EXIT } from './terminal.ts';

export const status: Command = {
  name: 'status',
  summary: 'Shows what a running node is doing: its shards, publishers and viewers, and its streams.',
  usage: '[--url URL] [--token TOKEN] [--json]',
  flags: [
    {
      name: 'url',
      placeholder: 'URL',
      description: 'where the node is, by default where the configuration has it',
    },
    {
      name: 'token',
      placeholder: 'TOKEN',
      description: 'a token that can observe, by default one made for the moment with the configured secret',
    },
    { name: 'json', description: 'writes JSON, as the API gives it' },
    configFileFlag,
    ...shortFlags,
  ],
  flagsInNotes: keyFlags,
  examples: [
    'zrtc status',
    'zrtc status --url https://live.school.example --token TOKEN',
    "zrtc status --json | jq '.streams[].viewers'",
  ],
  notes: [
    'The node is found as zrtc up was told: in zrtc.yaml, ZRTC_* variables and the same flags (zrtc up --help).',
    'A node on this machine (localhost, 127.0.0.1, ::1) may have a self-signed certificate; others must have one',
    'that this machine trusts.',
  ],
  async run(flags, terminal) {
    const target = await statusTarget(flags, terminal);
    try {
      const [{ nodes }, { streams }] = await Promise.all([
        askNode('api/nodes', nodesAnswer, target, terminal),
        askNode('api/streams', streamsAnswer, target, terminal),
      ]);
      const isJson = flags.json !== undefined;
      terminal.out(isJson ? JSON.stringify({ nodes, streams }, undefined, 2) : statusText(nodes, streams));
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      terminal.tell(`zrtc: ${error.message}`);
      return EXIT.failed;
    }
  },
};
