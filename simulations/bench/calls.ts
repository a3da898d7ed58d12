/** Calls of a node's interface, as clients of benches make them. */

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
