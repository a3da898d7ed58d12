// @ts-check
/** What the server tells a session while it lasts: Server-Sent Events. */
import { backoff, sleep } from './backoff.js';
import { seatOn } from './seats.js';
import { askAfter } from './session-report.js';

/** @typedef {'ended' | 'reconnect' | 'active' | 'inactive' | 'buffer'} EventName */
/** @typedef {(event: EventName, data: Record<string, unknown>) => void} Hear */

/** @type {readonly EventName[]} */
const names = ['ended', 'reconnect', 'active', 'inactive', 'buffer'];

/**
 * Calls `hear` for each event until `signal` fires. A broken line is opened again; the browser does so by itself only
 * as long as the server does not answer with an error. A page that must leave the line to others takes it again when it
 * is looked at; what matters of what it missed is asked for.
 * @param {string} session
 * @param {string | undefined} token
 * @param {Hear} hear
 * @param {AbortSignal} signal
 */
export async function listen(session, token, hear, signal) {
  // EventSource cannot send a header, so the token goes into the address (RFC 6750 section 2.3).
  const query = token === undefined ? '' : `?access_token=${encodeURIComponent(token)}`;
  const address = `/api/sessions/${encodeURIComponent(session)}/events${query}`;
  const pause = backoff();
  const channel = new BroadcastChannel('zrtc seats');
  let leaving = new AbortController();
  const seat = seatOn(channel, () => leaving.abort());
  // A page that goes away lets others sit; afterwards nothing that it posts is heard any more.
  addEventListener('pagehide', seat.leave, { signal });
  while (!signal.aborted) {
    leaving = new AbortController();
    seat.take();
    await closed(new EventSource(address), hear, AbortSignal.any([signal, leaving.signal]));
    seat.leave();
    await (leaving.signal.aborted ? lookedAt(signal) : sleep(pause.nextMs(), signal));
    if (!signal.aborted) await catchUp(session, token, hear);
  }
  channel.close();
}

/**
 * @param {string} session
 * @param {string | undefined} token
 * @param {Hear} hear
 */
async function catchUp(session, token, hear) {
  const answer = await askAfter(session, token);
  if (answer === undefined) return;
  // Whether a publisher is there is not told; the picture will show it.
  if (answer.lasts) hear('active', {});
  else hear('ended', { reason: answer.reason });
}

/**
 * Resolves when the page comes into view, or the user turns to it.
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function lookedAt(signal) {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    const heard = new AbortController();
    const done = () => {
      heard.abort();
      resolve();
    };
    addEventListener('focus', done, heard);
    signal.addEventListener('abort', done, heard);
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') done();
      },
      heard,
    );
  });
}

/**
 * @param {EventSource} source
 * @param {Hear} hear
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
