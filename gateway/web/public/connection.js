// @ts-check
/** One connection from its first request to its end. */
import { sleep } from './backoff.js';
import { Problem } from './problem.js';
import { listen } from './session-events.js';
import { askAfter } from './session-report.js';

/**
 * @typedef {object} Opened
 * @property {RTCPeerConnection} peer
 * @property {import('./signalling.js').Session} session
 */

/** ICE and DTLS take a few round trips; past this the network does not let media through. */
const CONNECT_LIMIT_MS = 15_000;
/** A short loss of the path heals by itself more often than not. */
const DISCONNECTED_LIMIT_MS = 3_000;

/**
 * Opens one connection and watches over it until it is over.
 * @param {import('./stay-connected.js').Plan} plan
 * @param {(phase: import('./stay-connected.js').Phase) => void} change
 * @param {AbortSignal} signal
 * @returns {Promise<string>} why it is over: the server's reason, `reconnect`, `lost` or `stopped`
 */
export async function superviseConnection(plan, change, signal) {
  const peer = plan.createPeer();
  try {
    const session = await plan.negotiate(peer, signal);
    return await supervise({ peer, session }, plan, change, signal);
  } finally {
    peer.close();
  }
}

/**
 * @param {Opened} opened
 * @param {import('./stay-connected.js').Plan} plan
 * @param {(phase: import('./stay-connected.js').Phase) => void} change
 * @param {AbortSignal} signal
 */
async function supervise(opened, plan, change, signal) {
  const { session } = opened;
  if (signal.aborted) {
    session.stop();
    return 'stopped';
  }
  const closing = new AbortController();
  // Telling the server as the page goes away frees the place at once, not after the ICE consent has run out.
  addEventListener('pagehide', session.stop, { signal: closing.signal });
  try {
    plan.onConnection(opened);
    return await over(opened, plan, change, AbortSignal.any([signal, closing.signal]));
  } finally {
    closing.abort();
    plan.onConnection(undefined);
    session.stop();
  }
}

/**
 * @param {Opened} opened
 * @param {import('./stay-connected.js').Plan} plan
 * @param {(phase: import('./stay-connected.js').Phase) => void} change
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
function over({ peer, session }, plan, change, signal) {
  return new Promise((resolve, reject) => {
    let connected = false;
    let active = true;
    signal.addEventListener('abort', () => resolve('stopped'));
    // The server's goodbye. It shows in no other state: for ICE all is well.
    const closed = async () => {
      change('reconnecting');
      const answer = await askAfter(session.id, plan.token);
      resolve(answer?.lasts === false ? answer.reason : 'lost');
    };
    for (const transport of transportsOf(peer)) {
      transport.addEventListener('statechange', () => {
        if (transport.state === 'closed' && !signal.aborted) void closed();
      });
    }
    const look = () => {
      switch (peer.connectionState) {
        case 'connected':
          connected = true;
          return change(active ? 'live' : 'inactive');
        case 'disconnected':
          change('reconnecting');
          return void sleep(DISCONNECTED_LIMIT_MS, signal).then(() => {
            if (peer.connectionState === 'disconnected') resolve('lost');
          });
        case 'failed':
        case 'closed':
          return connected ? resolve('lost') : reject(blocked());
      }
    };
    peer.addEventListener('connectionstatechange', look);
    void sleep(CONNECT_LIMIT_MS, signal).then(() => {
      if (!connected) reject(blocked());
    });
    void listen(
      session.id,
      plan.token,
      (event, data) => {
        if (event === 'ended') return resolve(String(data.reason ?? 'ended'));
        if (event === 'reconnect') return resolve('reconnect');
        if (event === 'buffer') return plan.onBuffer?.(Number(data.targetMs));
        active = event === 'active';
        look();
      },
      signal,
    );
    look();
  });
}

/** @param {RTCPeerConnection} peer */
function transportsOf(peer) {
  const transports = peer.getTransceivers().map(({ sender }) => sender.transport);
  return new Set(transports.filter(transport => transport !== null));
}

function blocked() {
  return new Problem(
    0,
    'The media connection did not come up',
    'The server answers, but its media port (UDP) cannot be reached. A firewall may be in the way.',
  );
}
