/** How long pages wait before they ask again: the pages' own code, which is plain JavaScript for browsers. */
interface Delays {
  nextMs(retryAfterSeconds?: number): number;
  reset(): void;
}
interface PageWaiting {
  backoff(random: () => number): Delays;
  patience(random: () => number): Delays;
  retryAfterMs(seconds: number | undefined, random: () => number): number;
}

export const { backoff, patience, retryAfterMs }: PageWaiting = await import(
  new URL('../gateway/web/public/backoff.js', import.meta.url).href
);
