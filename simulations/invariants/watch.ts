/** The invariants that watch a run, and what they find violated in it. */
import type { Clock } from '../../transports/clock.ts';
import type { VirtualNetwork } from '../network.ts';
import type { Violation } from '../report/report.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

/** A run that has gone wrong says so; a thousand times more says no more. */
const VIOLATIONS_KEPT = 50;

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
  readonly violations: Violation[] = [];
  /** Those included that were not kept. */
  violationCount = 0;
  readonly #options: WatchOptions;
  readonly #watchers: readonly Watcher[];

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#watchers = options.invariants.map(invariant => this.#begin(invariant));
  }

  violate(invariant: string, detail: string): void {
    this.violationCount += 1;
    this.#options.onViolation(invariant, detail);
    if (this.violations.length < VIOLATIONS_KEPT)
      this.violations.push({ invariant, atMs: Math.round(this.#options.clock.nowMs()), detail });
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
