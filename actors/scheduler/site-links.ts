/**
 * How good the lines between sites are, as the nodes at their ends measure them: delay and loss, smoothed so that what has
 * passed in seconds changes nothing. A core, without a clock.
 */
import type { MeasuredLink } from './messages.ts';

/** In this time a measurement that stays counts for two thirds: an outage of 2 s moves what is known by a fifth at most. */
const SMOOTHING_MS = 10_000;
/** One measurement counts as no more than this many times what is known: a ping that was held up by an outage says little. */
const JUMP_MAX = 3;
/** And where what is known is next to nothing, up to so much at once. */
const JUMP_LEAST_MS = 20;
/** A line that nobody has measured for this long may be another by now. */
export const MEASURED_LASTS_MS = 300_000;
/** Pairs of sites: all of 400 with each other. Past it the eldest are forgotten. */
const PAIRS_MAX = 80_000;
/** What losing every packet would cost: repairs take round trips, and one in a hundred lost is as bad as 5 ms more. */
const LOSS_MS = 500;

interface Line {
  delayMs: number;
  loss: number;
  measuredAtMs: number;
}

export class SiteLinks {
  /** By the names of two sites, the lesser first; what was measured last is last. */
  readonly #lines = new Map<string, Line>();

  measured(nowMs: number, from: string, to: string, { rttMs, loss }: Omit<MeasuredLink, 'node'>): void {
    if (from === to) return;
    const key = keyOf(from, to);
    const line = this.#lines.get(key);
    this.#lines.delete(key);
    this.#lines.set(key, smoothed(line, nowMs, rttMs / 2, loss));
    for (const [eldest, { measuredAtMs }] of this.#lines) {
      if (this.#lines.size <= PAIRS_MAX && nowMs - measuredAtMs < MEASURED_LASTS_MS) break;
      this.#lines.delete(eldest);
    }
  }

  /** One way, ms, with what loss costs; undefined where nobody has measured it lately. */
  costMs(from: string, to: string): number | undefined {
    const line = this.#lines.get(keyOf(from, to));
    return line && line.delayMs + line.loss * LOSS_MS;
  }
}

function smoothed(line: Line | undefined, nowMs: number, delayMs: number, loss: number): Line {
  if (line === undefined || nowMs - line.measuredAtMs >= MEASURED_LASTS_MS)
    return { delayMs, loss, measuredAtMs: nowMs };
  const weight = 1 - Math.exp(-(nowMs - line.measuredAtMs) / SMOOTHING_MS);
  const most = Math.max(JUMP_MAX * line.delayMs, line.delayMs + JUMP_LEAST_MS);
  return {
    delayMs: line.delayMs + weight * (Math.min(delayMs, most) - line.delayMs),
    loss: line.loss + weight * (loss - line.loss),
    measuredAtMs: nowMs,
  };
}

function keyOf(one: string, other: string): string {
  return one < other ? `${one}\n${other}` : `${other}\n${one}`;
}
