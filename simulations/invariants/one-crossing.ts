/**
 * A stream comes into a site once, however many watch it there. While nodes or lines are out, and until all know of their
 * return, it may come twice: a relay that seems dead may still deliver.
 */
import { REVIEW_MS, SETTLED_MS } from '../../actors/stream/review.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

/** A node that has changed its parent changes it again after this at the soonest, if another is better then. */
const AFTER_FAULTS_MS = SETTLED_MS + 2 * REVIEW_MS;
/** A new parent is tried while the old one delivers; and what nobody watches any more lingers for two seconds. */
const MAY_LAST_MS = 10_000;

export const oneCrossing: Invariant = {
  name: 'one-crossing',
  summary: 'a stream comes into a site once, however many watch it there',
  watch: scene => new OneCrossing(scene),
};

class OneCrossing implements Watcher {
  readonly #scene: Scene;
  /** By stream and site: since when it has come more than once. */
  readonly #sinceMs = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(nowMs: number, seen: readonly SeenNode[]): void {
    const { wellSinceMs } = this.#scene;
    const isWell = wellSinceMs !== undefined && nowMs - wellSinceMs > AFTER_FAULTS_MS;
    const siteOf = new Map(seen.map(({ node }) => [node.name, node.idc]));
    const entries = isWell
      ? crossings(carriedBy(seen), node => siteOf.get(node))
      : new Map<string, readonly string[]>();
    for (const key of this.#sinceMs.keys())
      if ((entries.get(key)?.length ?? 0) < 2) this.#sinceMs.delete(key);
    for (const [key, nodes] of entries) {
      if (nodes.length < 2) continue;
      const sinceMs = this.#sinceMs.get(key) ?? nowMs;
      this.#sinceMs.set(key, sinceMs);
      if (nowMs - sinceMs <= MAY_LAST_MS) continue;
      this.#scene.violate(`${key}: fetched from other sites by ${nodes.join(' and ')}`);
      // Told once, and again if it lasts.
      this.#sinceMs.set(key, nowMs);
    }
  }
}

/** A stream at a node. */
export interface CarriedStream {
  readonly stream: string;
  readonly node: string;
  readonly idc: string;
  /** The node that it comes from; absent where it is published. */
  readonly parent?: string | undefined;
}

/** By stream and site: the nodes there that get the stream from another site. */
export function crossings(
  carried: readonly CarriedStream[],
  siteOf: (node: string) => string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { stream, node, idc, parent } of carried) {
    if (parent === undefined || siteOf(parent) === idc) continue;
    const key = `${stream} into ${idc}`;
    found.set(key, [...(found.get(key) ?? []), node]);
  }
  return found;
}

function carriedBy(seen: readonly SeenNode[]): readonly CarriedStream[] {
  return seen.flatMap(({ node: { name, idc }, report }) =>
    report.streams.map(({ stream, parent }) => ({ stream, node: name, idc, parent })),
  );
}
