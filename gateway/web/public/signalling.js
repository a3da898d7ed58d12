// @ts-check
/**
 * Our own signalling: a publisher offers, a viewer is offered to. The server is an ICE-lite agent that answers checks
 * from wherever they come, so neither description waits for the browser's own candidates.
 */
import { nearness } from './nearness.js';
import { offersOpusNack, withOpusRepair } from './opus.js';
import { withStartBitrate } from './start-bitrate.js';

/**
 * What a page that publishes begins with, until the browser has measured the way: enough for a sharp first picture. An
 * uplink that carries less has it for a second or two, then the congestion control has found out.
 */
const START_BITRATE_BPS = 1_500_000;

/**
 * @typedef {object} Session
 * @property {string} id
 * @property {() => void} stop tells the server that this is over; the request outlives the page
 */

/**
 * @typedef {object} Wish what a page wants to publish or watch
 * @property {string} stream
 * @property {string} [uid]
 * @property {import('./request.js').Request} request
 */

const near = nearness();

/** @typedef {(peer: RTCPeerConnection, wish: Wish, signal: AbortSignal) => Promise<Session>} Negotiate */

/** @type {Negotiate} */
export async function push(peer, { stream, uid, request }, signal) {
  const sdp = await offer(peer);
  const response = await request('POST', '/signaling/push', {
    ...json({ stream, uid, sdp, ...told() }),
    signal,
  });
  const answer = await response.json();
  void near.measureLater(answer.measure, signal);
  const session = { id: String(answer.session), stop: () => stop(request, answer.session) };
  return accepted(session, () => takePublisherAnswer(peer, answer.sdp));
}

/** @type {Negotiate} */
export async function pull(peer, { stream, uid, request }, signal) {
  const response = await request('POST', '/signaling/pull', { ...json({ stream, uid, ...told() }), signal });
  const offered = await response.json();
  void near.measureLater(offered.measure, signal);
  const session = { id: String(offered.session), stop: () => stop(request, offered.session) };
  return accepted(session, async () => {
    const sdp = await answer(peer, offered.sdp);
    await request('POST', '/signaling/sendanswer', { ...json({ session: session.id, sdp }), signal });
  });
}

/** What the server may know of how far its sites are from here. */
function told() {
  const measured = near.measured();
  return measured.length === 0 ? {} : { measured };
}

/** Makes and sets the local offer. @param {RTCPeerConnection} peer */
export async function offer(peer) {
  const made = await peer.createOffer();
  const sdp = withOpusRepair(made.sdp ?? '');
  await peer.setLocalDescription({ type: 'offer', sdp });
  return sdp;
}

/**
 * Takes the server's offer, then makes and sets the answer.
 * @param {RTCPeerConnection} peer
 * @param {string} offered
 */
export async function answer(peer, offered) {
  await peer.setRemoteDescription({ type: 'offer', sdp: offered });
  const made = await peer.createAnswer();
  // An answer may only ask for what the offer had (RFC 4585 section 4.2).
  const sdp = offersOpusNack(offered) ? withOpusRepair(made.sdp ?? '') : (made.sdp ?? '');
  await peer.setLocalDescription({ type: 'answer', sdp });
  return sdp;
}

/**
 * Sets the server's answer to what we publish.
 * @param {RTCPeerConnection} peer
 * @param {string} sdp
 */
export function takePublisherAnswer(peer, sdp) {
  return peer.setRemoteDescription({ type: 'answer', sdp: withStartBitrate(sdp, START_BITRATE_BPS) });
}

/**
 * Finishes a session that the server holds already; if that fails, the server is told.
 * @param {Session} session
 * @param {() => Promise<void>} finish
 */
export async function accepted(session, finish) {
  try {
    await finish();
    return session;
  } catch (error) {
    session.stop();
    throw error;
  }
}

/**
 * @param {import('./request.js').Request} request
 * @param {string} session
 */
function stop(request, session) {
  // Nobody is left to hear of a failure; the server ends a silent session by itself.
  request('POST', '/signaling/stop', { ...json({ session }), keepalive: true }).catch(() => {});
}

/** @param {object} value */
function json(value) {
  return { type: 'application/json', body: JSON.stringify(value) };
}
