/** The invariants that watch a run, and what they find violated in it. */
import type { Clock } from '../../transports/clock.ts';
import type { VirtualNetwork } from '../network.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';
import { Violations } from './violations.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly network: VirtualNetwork;
  readonly invariants: readonly Invariant[];
  /** What there is to see of the run; it may change. */
  readonly scene: Pick<Scene, 'pages' | 'wellSinceMs'>;
  /** Hears of each violation, also of those that are not kept. */
  readonly onViolation: (invariant: string, detail: string) => void;
}

export class Watch {
  readonly violations = new Violations();
  readonly #options: WatchOptions;
  readonly #watchers: readonly Watcher[];

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#watchers = options.invariants.map(invariant => this.#begin(invariant));
  }

  violate(invariant: string, detail: string): void {
    this.#options.onViolation(invariant, detail);
    this.violations.add({ invariant, atMs: this.#options.clock.nowMs(), detail });
  }

  /** To be called several times a second, at a moment when no message is on its way. */
  look(nowMs: number, seen: readonly SeenNode[]): void {
    for (const watcher of this.#watchers) watcher.look?.(nowMs, seen);
  }

  /** When everybody has left long ago. */
  end(nowMs: number, seen: readonly SeenNode[]): void {
    for (const watcher of this.#watchers) watcher.end?.(nowMs, seen);
  }

  #begin(invariant: Invariant): Watcher {
    const { clock, network, scene } = this.#options;
    const watcher = invariant.watch({
      clock,
      get pages() {
        return scene.pages;
      },
      get wellSinceMs() {
        return scene.wellSinceMs;
      },
      violate: detail => this.violate(invariant.name, detail),
    });
    network.observe(watcher);
    return watcher;
  }
}
