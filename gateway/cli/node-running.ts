/** Finds out whether the ports that a start wants are taken by a node that runs already. */
import * as z from 'zod';
import type { Config } from '../../actors/config/schema.ts';
import { nodeUrl } from './node-url.ts';
import type { Terminal } from './terminal.ts';

/** A node answers this out of memory; whoever takes longer is not worth waiting for. */
const ANSWER_TIMEOUT_MS = 1_000;

const liveAnswer = z.looseObject({ status: z.literal('live'), node: z.string() });

/** The end of a sentence that says which node runs where this one wants to, or undefined when none answers there. */
export async function nodeRunningAs(config: Config, terminal: Terminal): Promise<string | undefined> {
  const url = nodeUrl(config);
  if (url === undefined) return undefined;
  const waiting = new AbortController();
  const timer = terminal.clock.setTimer(ANSWER_TIMEOUT_MS, () => waiting.abort());
  try {
    const response = await terminal.fetch(new URL('live', url), { headers: {}, signal: waiting.signal });
    const { node } = liveAnswer.parse(await response.json());
    return `a zrtc already runs here: node ${node.replaceAll(/\p{C}/gu, '')} at ${url.origin}`;
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}
