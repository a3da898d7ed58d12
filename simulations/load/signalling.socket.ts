/** A load client's calls over HTTP: few connections, kept alive, for as many clients as there are. */
import { Agent, request } from 'node:http';
import type { PageRefusal } from '../page-waiting.ts';

/** As many as a proxy in front of a node may hold; a call that finds none free waits for one. */
const CONNECTIONS_MAX = 64;
const TIMEOUT_MS = 30_000;
/** Several times an offer with every codec. */
const ANSWER_MAX_BYTES = 256 * 1024;

/** The server answered, and would not. */
export class SignallingError extends Error {
  readonly status: number;
  /** Its Retry-After; undefined where it said nothing of that. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, status: number, retryAfter: string | undefined) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfter === undefined ? undefined : Number(retryAfter);
  }
}

/** What a failed call came to, for a page's rules: nothing, where nobody answered. */
export function refusalOf(error: unknown): PageRefusal {
  if (error instanceof SignallingError) return error;
  return { status: undefined, retryAfterSeconds: undefined };
}

export interface Signalling {
  /** Resolves to the JSON of the answer, undefined where there is none; rejects with a SignallingError unless it is 2xx. */
  post<T>(path: string, body: object): Promise<T>;
  close(): void;
}

/** `url` is a node's, without a path. */
export function openSignalling(url: string): Signalling {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, timeout: TIMEOUT_MS });
  return {
    post: (path, body) => post(agent, new URL(path, url), JSON.stringify(body)),
    close: () => agent.destroy(),
  };
}

function post<T>(agent: Agent, url: URL, body: string): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: 'POST', headers, timeout: TIMEOUT_MS }, response => {
      const chunks: Buffer[] = [];
      let byteCount = 0;
      response.on('data', (chunk: Buffer) => {
        byteCount += chunk.length;
        chunks.push(chunk);
        if (byteCount > ANSWER_MAX_BYTES) sent.destroy(new Error('its answer has no end'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve((text === '' ? undefined : JSON.parse(text)) as T);
        else {
          const words = `${status} from ${url.pathname}: ${detailOf(text)}`;
          reject(new SignallingError(words, status, response.headers['retry-after']));
        }
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url.pathname} in time`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a problem document (RFC 9457) says, so that the same refusals read the same. */
function detailOf(text: string): string {
  try {
    const problem = JSON.parse(text) as { readonly title?: string };
    return problem.title ?? text;
  } catch {
    return text;
  }
}
