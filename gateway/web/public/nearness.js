// @ts-check
/**
 * How far this browser is from the server's sites, by small requests to them: where the server does not know where its
 * clients are, it names sites to measure, and is told of the results with the next request.
 */
import { sleep } from './backoff.js';

/** @typedef {{ site: string, url: string }} Landmark */
/** @typedef {{ site: string, rttMs: number }} Measured */
/** @typedef {Record<string, { rttMs: number, atMs: number }>} Kept by site; `atMs` is by Date.now() */

const KEY = 'zrtc nearness';
/** A phone may be in another network by then. */
const LASTS_MS = 60 * 60 * 1000;
/** As many as the server takes. */
const TOLD_MAX = 8;
/** More than a server names in an hour of joining anew; those measured last stay. */
const KEPT_MAX = 32;
/** More than the server names at once is nothing that it would say. */
const NAMED_MAX = 4;
/** A class joins at once; its measuring is spread over the time after, when pictures have come. */
const FIRST_PAUSE_MS = 5_000;
const PAUSE_SPREAD_MS = 20_000;
/** The first request opens the connection, and tells nothing; of the others the quickest counts. */
const REQUESTS = 3;
/** A site that takes longer is none to go to. */
const REQUEST_LIMIT_MS = 3_000;

/**
 * @param {object} [browser] what is used of it
 * @param {() => Pick<Storage, 'getItem' | 'setItem'>} [browser.storage]
 * @param {(url: string, options: RequestInit) => Promise<Pick<Response, 'ok'>>} [browser.get]
 * @param {() => number} [browser.nowMs]
 * @param {() => number} [browser.wallMs]
 * @param {() => number} [browser.random]
 * @param {(delayMs: number, signal: AbortSignal) => Promise<void>} [browser.pause]
 */
export function nearness({
  storage = () => localStorage,
  get = (url, options) => fetch(url, options),
  nowMs = () => performance.now(),
  wallMs = Date.now,
  random = Math.random,
  pause = sleep,
} = {}) {
  let isMeasuring = false;

  /** @returns {Kept} */
  const kept = () => {
    try {
      return fresh(JSON.parse(storage().getItem(KEY) ?? '{}'), wallMs());
    } catch {
      // No storage, or something else in it.
      return {};
    }
  };
  /** @param {string} site @param {number} rttMs */
  const keep = (site, rttMs) => {
    const others = Object.entries(kept()).filter(([name]) => name !== site);
    const all = [...others, /** @type {const} */ ([site, { rttMs, atMs: wallMs() }])].slice(-KEPT_MAX);
    try {
      storage().setItem(KEY, JSON.stringify(Object.fromEntries(all)));
    } catch {
      // It is measured again next time.
    }
  };

  /** @param {string} url @param {AbortSignal} signal @returns {Promise<number | undefined>} */
  const roundTripMs = async (url, signal) => {
    let least;
    for (let i = 0; i < REQUESTS; i += 1) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]);
      const startMs = nowMs();
      const response = await get(url, {
        method: 'HEAD',
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: limit,
      });
      if (!response.ok) return undefined;
      const tookMs = nowMs() - startMs;
      if (i > 0) least = Math.min(least ?? tookMs, tookMs);
    }
    return least;
  };

  return {
    /** The nearest sites that were measured lately. @returns {Measured[]} */
    measured() {
      return Object.entries(kept())
        .map(([site, { rttMs }]) => ({ site, rttMs }))
        .sort((a, b) => a.rttMs - b.rttMs)
        .slice(0, TOLD_MAX);
    },

    /**
     * Measures what the server has named, a while later, one site after the other, until `signal` fires.
     * @param {unknown} named
     * @param {AbortSignal} signal
     */
    async measureLater(named, signal) {
      if (isMeasuring || !Array.isArray(named)) return;
      isMeasuring = true;
      await pause(FIRST_PAUSE_MS + random() * PAUSE_SPREAD_MS, signal);
      for (const { site, url } of named.filter(isLandmark).slice(0, NAMED_MAX)) {
        if (signal.aborted) break;
        if (site in kept()) continue;
        // One that cannot be reached from here is not measured, and costs what an unknown one does.
        const rttMs = await roundTripMs(url, signal).catch(() => undefined);
        if (rttMs !== undefined) keep(site, Math.round(rttMs * 10) / 10);
      }
      isMeasuring = false;
    },
  };
}

/** @param {unknown} value @returns {value is Landmark} */
function isLandmark(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { site, url } = /** @type {Record<string, unknown>} */ (value);
  return typeof site === 'string' && typeof url === 'string' && url.startsWith('https://');
}

/** @param {unknown} value @param {number} wallMs @returns {Kept} */
function fresh(value, wallMs) {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(
    ([, one]) =>
      Number.isFinite(one?.rttMs) && Number.isFinite(one?.atMs) && Math.abs(wallMs - one.atMs) < LASTS_MS,
  );
  return Object.fromEntries(entries);
}
