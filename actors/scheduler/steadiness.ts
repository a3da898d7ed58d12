/** Nodes that come and go: how often each has gone lately. */

/** A node that has gone this often within the window is unsteady: a restart or two is ordinary, this is a fault. */
export const UNSTEADY_LEAVES = 3;
/** Long enough to see a link that fails every few seconds, short enough to forgive an evening's one bad minute. */
export const UNSTEADY_WINDOW_MS = 60_000;
/** Names that are kept. More go within a minute only when all goes wrong; then the eldest are forgotten. */
const NAMES_KEPT = 10_000;

export class Steadiness {
  /** The newest few times that each node went, ms; the node that went last is last. */
  readonly #leftAtMs = new Map<string, readonly number[]>();

  left(nowMs: number, node: string): void {
    const recent = this.#recent(nowMs, node);
    this.#leftAtMs.delete(node);
    this.#leftAtMs.set(node, [...recent, nowMs].slice(-UNSTEADY_LEAVES));
    for (const [name, times] of this.#leftAtMs) {
      if (this.#leftAtMs.size <= NAMES_KEPT && nowMs - times.at(-1)! < UNSTEADY_WINDOW_MS) break;
      this.#leftAtMs.delete(name);
    }
  }

  isUnsteady(nowMs: number, node: string): boolean {
    return this.#recent(nowMs, node).length >= UNSTEADY_LEAVES;
  }

  #recent(nowMs: number, node: string): readonly number[] {
    const times = this.#leftAtMs.get(node);
    return times === undefined ? [] : times.filter(atMs => nowMs - atMs < UNSTEADY_WINDOW_MS);
  }
}
