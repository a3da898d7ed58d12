/** What is to be done when a process has died: start it again, soon at first, and not for ever. A core without a clock. */

export type RestartVerdict =
  | { readonly do: 'restart'; readonly afterMs: number }
  | { readonly do: 'give up'; readonly reason: string };

/** Long enough to be seen, short enough that viewers hardly notice. */
const FIRST_DELAY_MS = 200;
const DELAY_MAX_MS = 5_000;
/** Deaths longer ago than this say nothing of the next. */
const WINDOW_MS = 60_000;
/** What dies so often within the window does so for a reason that starting it again does not mend. */
const DEATHS_MAX = 8;

export class Restarts {
  readonly #deaths = new Map<string, readonly number[]>();

  died(nowMs: number, name: string): RestartVerdict {
    const recent = (this.#deaths.get(name) ?? []).filter(atMs => nowMs - atMs < WINDOW_MS);
    this.#deaths.set(name, [...recent, nowMs]);
    if (recent.length >= DEATHS_MAX) {
      return { do: 'give up', reason: `it has died ${recent.length + 1} times within ${WINDOW_MS / 1000} s` };
    }
    return { do: 'restart', afterMs: Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** recent.length) };
  }
}
