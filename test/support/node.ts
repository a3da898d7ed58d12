/** A whole node on loopback, on ports of its own, for tests. */
import pino from 'pino';
import { loadConfig } from '../../actors/config/load.ts';
import type { RunningNode } from '../../gateway/cli/running-node.ts';
import { startNode } from '../../gateway/node.ts';

/**
 * Starts a node; `settings` are configuration keys and their values, as flags would give them, and `workerEntry` is what
 * its threads run in place of a core shard.
 */
export function startTestNode(
  settings: Record<string, string> = {},
  workerEntry?: URL,
): Promise<RunningNode> {
  const config = loadConfig({
    flags: {
      'http.port': '0',
      'media.port': '0',
      'media.addresses': '127.0.0.1',
      'log.level': process.env.ZRTC_TEST_LOG ?? 'silent',
      ...settings,
    },
    env: {},
    directory: import.meta.dirname,
  });
  const log = pino({ level: config.log.level }, pino.destination(2));
  return startNode(config, { log, ...(workerEntry !== undefined && { workerEntry }) });
}

/** Asks for JSON; throws with the problem's words unless the answer is 2xx. */
export async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export function post<T>(url: string, body: object): Promise<T> {
  return json<T>(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Polls until `value` gives something, at most `timeoutMs`; what is awaited is real time passing outside. */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  value: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const endAtMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await value();
    if (found !== undefined) return found;
    if (performance.now() > endAtMs) throw new Error(`within ${timeoutMs} ms there was no ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
