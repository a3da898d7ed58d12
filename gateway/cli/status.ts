/** `zrtc status`: asks a running node what it is doing right now. */
import * as z from 'zod';
import { nodesAnswer, streamsAnswer } from './api-answers.ts';
import type { Command } from './command.ts';
import { configFileFlag, keyFlags, shortFlags } from './config-flags.ts';
import { statusText } from './status-table.ts';
import { type StatusTarget, statusTarget } from './status-target.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { unreachable } from './unreachable.ts';

/** A node asks its shards for a second at most; one that has not answered by then will not. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The node cannot be asked, or does not answer as one; the message is one line. */
class StatusError extends Error {}

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
        ask('api/nodes', nodesAnswer, target, terminal),
        ask('api/streams', streamsAnswer, target, terminal),
      ]);
      const isJson = flags.json !== undefined;
      terminal.out(isJson ? JSON.stringify({ nodes, streams }, undefined, 2) : statusText(nodes, streams));
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      terminal.tell(`zrtc: ${error.message}`);
      return EXIT.failed;
    }
  },
};

async function ask<Answer>(
  path: string,
  schema: z.ZodType<Answer>,
  target: StatusTarget,
  terminal: Terminal,
): Promise<Answer> {
  const url = new URL(path, target.url);
  const waiting = new AbortController();
  const timer = terminal.clock.setTimer(ANSWER_TIMEOUT_MS, () => waiting.abort());
  try {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (target.token !== undefined) headers.Authorization = `Bearer ${target.token}`;
    const response = await terminal.fetch(url, { headers, signal: waiting.signal });
    if (!response.ok) throw new StatusError(refusalIn(response.status, await detailOf(response), target));
    const parsed = schema.safeParse(await response.json());
    if (!parsed.success) throw new StatusError(`what answers at ${url.origin} is no zrtc node`);
    return parsed.data;
  } catch (error) {
    if (error instanceof StatusError) throw error;
    if (waiting.signal.aborted) {
      throw new StatusError(`${url.origin} did not answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`);
    }
    throw new StatusError(unreachable(error, url));
  } finally {
    timer.cancel();
  }
}

/** What the problem document says, on one line and with nothing that would move the cursor. */
async function detailOf(response: Response): Promise<string> {
  const document = z.looseObject({ detail: z.string() });
  const parsed = document.safeParse(await response.json().catch(() => undefined));
  return parsed.success ? `: ${parsed.data.detail.replaceAll(/\p{C}/gu, ' ')}` : '';
}

function refusalIn(status: number, detail: string, { url, tokenIs }: StatusTarget): string {
  if (status !== 401 && status !== 403) return `${url.origin} answered with status ${status}${detail}`;
  switch (tokenIs) {
    case 'given':
      return `the token is not accepted at ${url.origin}${detail}`;
    case 'made':
      return `a token made with the configured secret is not accepted at ${url.origin}${detail}`;
    case 'missing':
      return `${url.origin} asks for a token that can observe: zrtc token --stream '*' --can observe, then --token`;
  }
}
