/** How long a page waits before it comes again: the pages' own rules, which are plain JavaScript for browsers. */

interface Delays {
  nextMs(retryAfterSeconds?: number): number;
  reset(): void;
}
interface PageWaiting {
  backoff(random: () => number): Delays;
  patience(random: () => number): Delays;
  retryAfterMs(seconds: number | undefined, random: () => number): number;
}
const pages: PageWaiting = await import(new URL('../gateway/web/public/backoff.js', import.meta.url).href);
const { backoff, patience } = pages;
export const { retryAfterMs } = pages;

/** As the pages have it (gateway/web/public/connection.js): the connection has to be up by then. */
export const CONNECT_LIMIT_MS = 15_000;
/** Nothing heard for 5 s, which libwebrtc calls disconnected, and for 3 s more, which the pages wait. */
export const LOST_AFTER_MS = 5_000 + 3_000;
/** So often is looked whether it is lost. */
export const LOOK_INTERVAL_MS = 500;
const GOOD_CONNECTION_MS = 10_000;

/** What a server that refused has said; all undefined where none answered. */
export interface PageRefusal {
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
}

export interface TryingOptions {
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
  isHere(): boolean;
  /** Connects, and resolves when the connection is over. */
  attempt(): Promise<void>;
  /** What a failed attempt came to; throws what is a fault of ours. */
  refusalOf(error: unknown): PageRefusal;
}

/** Connects again and again, until the page is closed (gateway/web/public/stay-connected.js). */
export async function keepTrying(options: TryingOptions): Promise<void> {
  const { random, nowMs, sleep, isHere, attempt, refusalOf } = options;
  const pause = backoff(random);
  const waiting = patience(random);
  while (isHere()) {
    const startedMs = nowMs();
    try {
      await attempt();
      if (!isHere()) return;
      waiting.reset();
      if (nowMs() - startedMs > GOOD_CONNECTION_MS) pause.reset();
    } catch (error) {
      const { status, retryAfterSeconds: seconds } = refusalOf(error);
      if ((status === 404 || status === 409) && seconds !== undefined) {
        await sleep(waiting.nextMs(seconds));
        continue;
      }
      if (seconds !== undefined) {
        await sleep(retryAfterMs(seconds, random));
        continue;
      }
    }
    await sleep(pause.nextMs());
  }
}
