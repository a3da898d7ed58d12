// @ts-check
/** Keeps a page connected: tries, watches over the connection, and tries again for as long as there is hope. */
import { backoff, patience, retryAfterMs, sleep } from './backoff.js';
import { superviseConnection } from './connection.js';
import { Problem } from './problem.js';

/**
 * - `connecting`: the first try is under way
 * - `waiting`: the stream is not live yet; asks again by itself
 * - `live`: media may flow
 * - `inactive`: connected, but the publisher is away
 * - `reconnecting`: was live, or could not reach the server; tries again by itself
 * - `ended`: the server ended it for good, `reason` says why
 * - `failed`: the server refuses, and will again until something changes
 * @typedef {'connecting' | 'waiting' | 'live' | 'inactive' | 'reconnecting' | 'ended' | 'failed'} Phase
 */

/**
 * @typedef {object} Change
 * @property {Phase} phase
 * @property {boolean} wasLive whether this page has been live before
 * @property {string} [reason] with `ended`
 * @property {Problem} [problem] with `reconnecting` and `failed`
 */

/**
 * @typedef {object} Plan
 * @property {() => RTCPeerConnection} createPeer a fresh one for each try
 * @property {(peer: RTCPeerConnection, signal: AbortSignal) => Promise<import('./signalling.js').Session>} negotiate
 * @property {string | undefined} token
 * @property {(change: Change) => void} onChange
 * @property {(opened: import('./connection.js').Opened | undefined) => void} onConnection the one that stands, if any
 * @property {(targetMs: number) => void} [onBuffer] how long the server would have a player hold the media back
 */

/** Reasons after which coming back by itself would be a quarrel with whoever ended the session. */
const finalReasons = new Set(['replaced', 'kicked']);

/** A connection that held this long was a good one: the next loss starts with short delays again. */
const GOOD_CONNECTION_MS = 10_000;

/**
 * @param {Plan} plan
 * @returns {() => void} stops it all
 */
export function stayConnected(plan) {
  const stopping = new AbortController();
  void keepTrying(plan, stopping.signal);
  return () => stopping.abort();
}

/**
 * @param {Plan} plan
 * @param {AbortSignal} signal
 */
async function keepTrying(plan, signal) {
  const pause = backoff();
  const waiting = patience();
  let wasLive = false;
  /** @param {Phase} phase @param {Partial<Change>} [more] */
  const change = (phase, more = {}) => {
    if (signal.aborted) return;
    wasLive ||= phase === 'live';
    plan.onChange({ phase, wasLive, ...more });
  };
  change('connecting');
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      const reason = await superviseConnection(plan, change, signal);
      if (finalReasons.has(reason)) return change('ended', { reason });
      waiting.reset();
      if (performance.now() - startedMs > GOOD_CONNECTION_MS) pause.reset();
      change('reconnecting');
    } catch (error) {
      if (signal.aborted) return;
      const problem = asProblem(error);
      if (isNotLiveYet(problem)) {
        change('waiting');
        await sleep(waiting.nextMs(problem.retryAfterSeconds), signal);
        continue;
      }
      if (!problem.isPassing) return change('failed', { problem });
      change('reconnecting', { problem });
      if (problem.retryAfterSeconds !== undefined) {
        await sleep(retryAfterMs(problem.retryAfterSeconds), signal);
        continue;
      }
    }
    await sleep(pause.nextMs(), signal);
  }
}

/** A stream that is not live: 404 in our own signalling, 409 in WHEP; Retry-After tells it from other refusals. */
function isNotLiveYet(/** @type {Problem} */ problem) {
  return (problem.status === 404 || problem.status === 409) && problem.retryAfterSeconds !== undefined;
}

/** @param {unknown} error */
function asProblem(error) {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem(500, 'The connection could not be made', detail);
}
