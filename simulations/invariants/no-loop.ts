/** No stream goes in a circle, at any moment, whatever the scheduler believes. */
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

export const noLoop: Invariant = {
  name: 'no-loop',
  summary: 'no stream is fetched in a circle',
  watch: scene => new NoLoop(scene),
};

class NoLoop implements Watcher {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(_nowMs: number, seen: readonly SeenNode[]): void {
    const parents = new Map<string, Map<string, string>>();
    for (const { node, report } of seen)
      for (const { stream, parent } of report.streams) {
        if (parent === undefined) continue;
        const ofStream = parents.get(stream) ?? new Map<string, string>();
        parents.set(stream, ofStream.set(node.name, parent));
      }
    for (const [stream, ofStream] of parents) {
      const circle = circleIn(ofStream);
      if (circle !== undefined) this.#scene.violate(`${stream} goes in a circle: ${circle.join(', ')}`);
    }
  }
}

/** `parents` by node; the nodes of a circle among them, if there is one. */
export function circleIn(parents: ReadonlyMap<string, string>): readonly string[] | undefined {
  for (const start of parents.keys()) {
    const path = [start];
    for (let next = parents.get(start); next !== undefined; next = parents.get(next)) {
      if (next === start) return path;
      // A circle that `start` only leads into is found from one of its own.
      if (path.includes(next)) break;
      path.push(next);
    }
  }
  return undefined;
}
