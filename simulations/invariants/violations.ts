/** What was violated in a run: all of it counted, and of each invariant the first told. */
import type { Violation } from '../report/report.ts';

/** Of each invariant: a run that has gone wrong says so, a thousand times more says no more, and must not hide another's. */
const KEPT_OF_EACH = 50;

export class Violations {
  readonly kept: Violation[] = [];
  /** Those included that were not kept. */
  count = 0;
  readonly #counts = new Map<string, number>();

  add(violation: Violation): void {
    const { invariant } = violation;
    const before = this.#counts.get(invariant) ?? 0;
    this.count += 1;
    this.#counts.set(invariant, before + 1);
    if (before < KEPT_OF_EACH) this.kept.push({ ...violation, atMs: Math.round(violation.atMs) });
  }
}
