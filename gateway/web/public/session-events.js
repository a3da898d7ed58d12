// @ts-check
/** What the server tells a session while it lasts: Server-Sent Events. */
import { backoff, sleep } from './backoff.js';

/** @typedef {'ended' | 'reconnect' | 'active' | 'inactive'} EventName */

/** @type {readonly EventName[]} */
const names = ['ended', 'reconnect', 'active', 'inactive'];

/**
 * Calls `hear` for each event until `signal` fires. A broken line is opened again; the browser does so by itself only
 * as long as the server does not answer with an error.
 * @param {string} session
 * @param {string | undefined} token
 * @param {(event: EventName, data: Record<string, unknown>) => void} hear
 * @param {AbortSignal} signal
 */
export async function listen(session, token, hear, signal) {
  // EventSource cannot send a header, so the token goes into the address (RFC 6750 section 2.3).
  const query = token === undefined ? '' : `?access_token=${encodeURIComponent(token)}`;
  const pause = backoff();
  while (!signal.aborted) {
    await closed(
      new EventSource(`/api/sessions/${encodeURIComponent(session)}/events${query}`),
      hear,
      signal,
    );
    await sleep(pause.nextMs(), signal);
  }
}

/**
 * @param {EventSource} source
 * @param {(event: EventName, data: Record<string, unknown>) => void} hear
 * @param {AbortSignal} signal
 * @returns {Promise<void>} resolves when the source is closed for good
 */
function closed(source, hear, signal) {
  return new Promise(resolve => {
    for (const name of names) {
      source.addEventListener(name, event => hear(name, data(/** @type {MessageEvent} */ (event).data)));
    }
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) resolve();
    });
    signal.addEventListener('abort', () => {
      source.close();
      resolve();
    });
  });
}

/** @param {unknown} text @returns {Record<string, unknown>} */
function data(text) {
  try {
    const value = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
