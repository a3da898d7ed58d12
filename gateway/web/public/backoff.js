// @ts-check
/**
 * Waiting before another try. When a node dies, all of its viewers come back at once: each waits a time of its own, so
 * that they arrive as a stream and not as a wave.
 */

const FIRST_DELAY_MS = 500;
/** Nobody waits longer than this once the server is back. */
const LONGEST_DELAY_MS = 10_000;

/** Each delay lies between half and the whole of a step; the step doubles up to its limit. */
export function backoff(random = Math.random) {
  let stepMs = FIRST_DELAY_MS;
  return {
    nextMs() {
      const delayMs = stepMs / 2 + (random() * stepMs) / 2;
      stepMs = Math.min(stepMs * 2, LONGEST_DELAY_MS);
      return delayMs;
    },
    reset() {
      stepMs = FIRST_DELAY_MS;
    },
  };
}

/** What a server that sends no Retry-After would have said. */
const DEFAULT_RETRY_AFTER_SECONDS = 2;
const LONGEST_RETRY_AFTER_SECONDS = 60;

/**
 * The server's Retry-After, never earlier than it says and up to half as much later.
 * @param {number | undefined} seconds
 */
export function retryAfterMs(seconds, random = Math.random) {
  const asked = Math.min(seconds ?? DEFAULT_RETRY_AFTER_SECONDS, LONGEST_RETRY_AFTER_SECONDS);
  return Math.max(asked, 0.5) * 1000 * (1 + random() / 2);
}

/** Who comes a moment early sees the class begin at once. */
const FIRST_PATIENCE_MS = 2000;
/** Who waits for long is spared nothing by asking more often, and the server is. */
const LAST_PATIENCE_MS = 5000;

/** For those who wait for a class: each delay a little longer than the last, and none before Retry-After. */
export function patience(random = Math.random) {
  let stepMs = FIRST_PATIENCE_MS;
  return {
    /** @param {number | undefined} retryAfterSeconds */
    nextMs(retryAfterSeconds) {
      const delayMs = (stepMs * (4 + 2 * random())) / 5;
      stepMs = Math.min(stepMs * 1.5, LAST_PATIENCE_MS);
      return Math.max(delayMs, retryAfterMs(retryAfterSeconds ?? 0, random));
    },
    reset() {
      stepMs = FIRST_PATIENCE_MS;
    },
  };
}

/**
 * Resolves after `delayMs`, or at once when `signal` fires.
 * @param {number} delayMs
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function sleep(delayMs, signal) {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done);
  });
}
