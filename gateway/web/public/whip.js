// @ts-check
/** Publishing by WHIP (RFC 9725): one POST of the offer, one DELETE of the session. */
import { accepted, offer, takePublisherAnswer } from './signalling.js';

/** @type {import('./signalling.js').Negotiate} */
export async function push(peer, { stream, request }, signal) {
  const body = await offer(peer);
  const path = `/whip/${encodeURIComponent(stream)}`;
  const response = await request('POST', path, { type: 'application/sdp', body, signal });
  const session = sessionAt(response, request);
  const sdp = await response.text();
  return accepted(session, () => takePublisherAnswer(peer, sdp));
}

/**
 * The session that the answer's Location names (RFC 9725 section 4.2); its id is the last part of the path.
 * @param {Response} response
 * @param {import('./request.js').Request} request
 * @returns {import('./signalling.js').Session}
 */
export function sessionAt(response, request) {
  const location = response.headers.get('location');
  if (location === null)
    throw new Error('The server made a session but did not say where (no Location header).');
  const { href, pathname } = new URL(location, response.url);
  return {
    id: decodeURIComponent(pathname.split('/').at(-1) ?? ''),
    stop() {
      request('DELETE', href, { keepalive: true }).catch(() => {});
    },
  };
}
