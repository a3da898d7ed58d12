/** What has to hold in every run, whatever happens in it; each has a file of its own beside this one. */
import type { ShardReport } from '../../actors/protocol.ts';
import type { Clock } from '../../transports/clock.ts';
import type { ClusterNode } from '../cluster-world.ts';
import type { NetworkObserver } from '../network.ts';
import type { SimulatedPage } from '../page.ts';

export interface Invariant {
  readonly name: string;
  /** One line that says what holds. */
  readonly summary: string;
  watch(scene: Scene): Watcher;
}

/** What an invariant sees of a run. */
export interface Scene {
  readonly clock: Clock;
  /** All that ever were. */
  readonly pages: readonly SimulatedPage[];
  /** Since when nothing has been wrong with nodes and lines, ms; undefined while something is. */
  readonly wellSinceMs: number | undefined;
  violate(detail: string): void;
}

export interface Watcher extends NetworkObserver {
  /** Looks around, several times a second, at a moment when no message is on its way. */
  look?(nowMs: number, seen: readonly SeenNode[]): void;
  /** When everybody has left long ago. */
  end?(nowMs: number, seen: readonly SeenNode[]): void;
}

/** A node, with what its shard says of itself and which actors it has. */
export interface SeenNode {
  readonly node: Pick<ClusterNode, 'name' | 'idc' | 'incarnation'>;
  /** Of its actors that are on no shard, so far. */
  readonly crashes: number;
  readonly report: ShardReport;
  /** Of the shard's actors. */
  readonly paths: readonly string[];
}
