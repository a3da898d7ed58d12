/** No actor crashes, and no core throws, whatever the network does. */
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

export const noCrash: Invariant = {
  name: 'no-crash',
  summary: 'no actor crashes and no core throws',
  watch: scene => new NoCrash(scene),
};

class NoCrash implements Watcher {
  readonly #scene: Scene;
  /** Of each process: what has been told. */
  readonly #told = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(_nowMs: number, seen: readonly SeenNode[]): void {
    for (const { node, crashes: ofNode, report } of seen) {
      const { actor_crashes_total: ofShard = 0, track_faults_total: faults = 0 } = report.counters;
      const crashes = ofNode + ofShard + faults;
      const key = `${node.name} ${node.incarnation}`;
      if (crashes > (this.#told.get(key) ?? 0))
        this.#scene.violate(`${node.name}: ${crashes} crashes of actors and faults of cores so far`);
      this.#told.set(key, crashes);
    }
  }
}
