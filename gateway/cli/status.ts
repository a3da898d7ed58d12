/** `zrtc status`: asks a running node what it is doing right now. */
import type * as z from 'zod';
import { nodesAnswer, streamsAnswer } from './api-answers.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { statusText } from './status-table.ts';
import { EXIT, type Terminal } from './terminal.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** A node asks its shards for a second at most; one that has not answered by then will not. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The node cannot be asked, or does not answer as one; the message is one line. */
class StatusError extends Error {}

export const status: Command = {
  name: 'status',
  summary: 'Shows what a running node is doing: its shards, publishers and viewers, and its streams.',
  usage: '[--url URL] [--token TOKEN] [--json]',
  flags: [
    { name: 'url', placeholder: 'URL', description: `where the node is, by default ${DEFAULT_URL}` },
    {
      name: 'token',
      placeholder: 'TOKEN',
      description: 'a token that can observe, for a node that has a secret',
    },
    { name: 'json', description: 'writes JSON, as the API gives it' },
  ],
  examples: [
    'zrtc status',
    'zrtc status --url https://live.school.example --token TOKEN',
    "zrtc status --json | jq '.streams[].viewers'",
  ],
  async run(flags, terminal) {
    const base = baseOf(flags.url ?? DEFAULT_URL);
    try {
      const [{ nodes }, { streams }] = await Promise.all([
        ask(new URL('api/nodes', base), nodesAnswer, flags, terminal),
        ask(new URL('api/streams', base), streamsAnswer, flags, terminal),
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

function baseOf(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--url must be a URL such as ${DEFAULT_URL}, not '${text}'`);
  }
  return url;
}

async function ask<Answer>(
  url: URL,
  schema: z.ZodType<Answer>,
  flags: FlagValues,
  terminal: Terminal,
): Promise<Answer> {
  const waiting = new AbortController();
  const timer = terminal.clock.setTimer(ANSWER_TIMEOUT_MS, () => waiting.abort());
  try {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (flags.token !== undefined) headers.Authorization = `Bearer ${flags.token}`;
    const response = await terminal.fetch(url, { headers, signal: waiting.signal });
    if (!response.ok) throw new StatusError(refusalIn(response.status, url));
    const parsed = schema.safeParse(await response.json());
    if (!parsed.success) throw new StatusError(`${url} does not answer as a zrtc node does`);
    return parsed.data;
  } catch (error) {
    throw error instanceof StatusError ? error : new StatusError(unreachable(error, url));
  } finally {
    timer.cancel();
  }
}

function refusalIn(status: number, url: URL): string {
  if (status === 401 || status === 403) {
    return `${url.origin} asks for a token that can observe: zrtc token --stream '*' --can observe, then --token`;
  }
  return `${url} answered with status ${status}`;
}

function unreachable(error: unknown, url: URL): string {
  const { name, cause, message } = error as Error & { cause?: Error & { code?: string } };
  if (name === 'AbortError') return `${url.origin} did not answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`;
  if (name === 'SyntaxError') return `${url} does not answer as a zrtc node does`;
  if (cause?.code === 'ECONNREFUSED')
    return `nothing listens at ${url.origin}; is the node running (zrtc up)?`;
  if (cause?.code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return `${url.origin} has a self-signed certificate; trust it with NODE_EXTRA_CA_CERTS=FILE`;
  }
  return `cannot reach ${url.origin}: ${cause?.message || message}`;
}
