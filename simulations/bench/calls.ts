/** Calls of a node's interface, as clients of benches make them. */

import { pause } from './child.ts';

/** Between two asks for a stream that is not live yet. */
const POLL_MS = 50;

export interface Pulled {
  readonly session: string;
  /** The node's offer. */
  readonly sdp: string;
}

/** Asks for a stream until it is live; whoever waits for it sets a limit. */
export async function pulled(url: string, stream: string): Promise<Pulled> {
  for (;;) {
    const answer = await post<Pulled>(`${url}/signaling/pull`, { stream }).catch(() => undefined);
    if (answer !== undefined) return answer;
    await pause(POLL_MS);
  }
}

/** POSTs JSON; throws with the problem's words unless the answer is 2xx. */
export function post<T>(url: string, body: object): Promise<T> {
  return json<T>(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
