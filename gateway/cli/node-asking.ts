/** Asking a running node by its API, and saying in one line why that did not do. */
import * as z from 'zod';
import type { StatusTarget } from './status-target.ts';
import type { Terminal } from './terminal.ts';
import { unreachable } from './unreachable.ts';

/** A node asks its shards for a second at most; one that has not answered by then will not. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The node cannot be asked, or does not answer as one; the message is one line. */
export class AskError extends Error {}

/** Throws AskError for whatever is not such an answer. */
export async function askNode<Answer>(
  path: string,
  schema: z.ZodType<Answer>,
  target: StatusTarget,
  terminal: Terminal,
  method = 'GET',
): Promise<Answer> {
  const url = new URL(path, target.url);
  const waiting = new AbortController();
  const timer = terminal.clock.setTimer(ANSWER_TIMEOUT_MS, () => waiting.abort());
  try {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (target.token !== undefined) headers.Authorization = `Bearer ${target.token}`;
    const response = await terminal.fetch(url, { method, headers, signal: waiting.signal });
    if (!response.ok) throw new AskError(refusalIn(response.status, await detailOf(response), target));
    const parsed = schema.safeParse(response.status === 204 ? undefined : await response.json());
    if (!parsed.success) throw new AskError(`what answers at ${url.origin} is no zrtc node`);
    return parsed.data;
  } catch (error) {
    if (error instanceof AskError) throw error;
    if (waiting.signal.aborted) {
      throw new AskError(`${url.origin} did not answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`);
    }
    throw new AskError(unreachable(error, url));
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

function refusalIn(status: number, detail: string, { url, can, tokenIs }: StatusTarget): string {
  if (status !== 401 && status !== 403) return `${url.origin} answered with status ${status}${detail}`;
  switch (tokenIs) {
    case 'given':
      return `the token is not accepted at ${url.origin}${detail}`;
    case 'made':
      return `a token made with the configured secret is not accepted at ${url.origin}${detail}`;
    case 'missing':
      return `${url.origin} asks for a token that can ${can}: zrtc token --stream '*' --can ${can}, then --token`;
  }
}
