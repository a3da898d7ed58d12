// @ts-check
/**
 * How long the player holds the media back: as the server says, which sees the jitter of the whole path, through one
 * connection after another. The browser adds what it finds necessary by itself.
 */

/** A class that is further behind is no conversation any more. Browsers throw past 4 s. */
const MOST_TARGET_MS = 2000;

export function bufferTarget() {
  /** @type {RTCPeerConnection | undefined} */
  let current;
  /** @type {number | undefined} */
  let targetMs;
  const apply = () => {
    if (targetMs === undefined) return;
    for (const receiver of current?.getReceivers() ?? []) holdBack(receiver, targetMs);
  };
  return {
    /** @param {number} ms what is no time is not heard */
    set(ms) {
      if (!(ms >= 0)) return;
      targetMs = Math.min(MOST_TARGET_MS, ms);
      apply();
    },
    /** @param {RTCPeerConnection | undefined} peer the connection that stands, if any */
    follow(peer) {
      current = peer;
      apply();
    },
  };
}

/**
 * @param {any} receiver an RTCRtpReceiver, of which only some browsers have the one or the other
 * @param {number} ms
 */
function holdBack(receiver, ms) {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = ms;
  // Chromium before 124, and in seconds.
  else if ('playoutDelayHint' in receiver) receiver.playoutDelayHint = ms / 1000;
}
