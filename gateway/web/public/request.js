// @ts-check
/** Requests to the gateway, with the token, a time limit, and refusals as problems. */
import { problemFrom, unreachable } from './problem.js';

/** Long enough for a slow network, short enough that a lost request is repeated before the user gives up. */
const REQUEST_LIMIT_MS = 15_000;

/**
 * @typedef {object} Outgoing
 * @property {string} [type] the body's media type
 * @property {string} [body]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive] the request outlives the page that sent it
 * @property {readonly number[]} [alsoGood] statuses past 2xx that the caller deals with itself
 */

/** @typedef {(method: string, path: string, outgoing?: Outgoing) => Promise<Response>} Request */

/**
 * @param {string | undefined} token
 * @returns {Request}
 */
export function requestWith(token) {
  return async (method, path, outgoing = {}) => {
    const { type, body, signal, keepalive = false, alsoGood = [] } = outgoing;
    const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
    const response = await fetch(path, {
      method,
      headers: {
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      keepalive,
      cache: 'no-store',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      ...(body === undefined ? {} : { body }),
    }).catch(error => {
      throw signal?.aborted ? error : unreachable();
    });
    if (response.ok || alsoGood.includes(response.status)) return response;
    throw await problemFrom(response);
  };
}
