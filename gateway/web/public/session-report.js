// @ts-check
/** What the server says of a session, asked for where its events were not heard. */
import { Problem } from './problem.js';
import { requestWith } from './request.js';

/** Somebody is waiting in front of a picture that stands still. */
const REPORT_LIMIT_MS = 2000;

/**
 * @param {string} session
 * @param {string | undefined} token
 * @returns {Promise<{ lasts: boolean, reason: string } | undefined>} `reason`: why it has ended; undefined when the
 * server does not tell
 */
export async function askAfter(session, token) {
  try {
    const path = `/api/sessions/${encodeURIComponent(session)}`;
    const response = await requestWith(token)('GET', path, { signal: AbortSignal.timeout(REPORT_LIMIT_MS) });
    const { state, explanation } = await response.json();
    const reason = /^Ended: (.+)\.$/.exec(String(explanation))?.[1] ?? 'ended';
    return { lasts: state !== 'ended', reason };
  } catch (error) {
    return error instanceof Problem && error.status === 404 ? { lasts: false, reason: 'ended' } : undefined;
  }
}
