/** Once nothing is wrong any more, every viewer of a stream that is published sees and hears it again within a stated time. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { SimulatedPage } from '../page.ts';
import type { Invariant, Scene, Watcher } from './invariant.ts';

/**
 * The longest way back: a page notices after 8 s that nothing comes, and may then find the stream not live and wait up to 6 s
 * before it asks again, twice; then a fetch over several sites, and a keyframe.
 */
export const RECOVERY_MS = 25_000;
const kinds: readonly MediaKind[] = ['audio', 'video'];
/** What is played is older than this only while nothing comes. */
const STALE_MS = 2_000;

export const playsAgain: Invariant = {
  name: 'plays-again',
  summary: `after faults every viewer plays again within ${RECOVERY_MS / 1000} s`,
  watch: scene => new PlaysAgain(scene),
};

class PlaysAgain implements Watcher {
  readonly #scene: Scene;
  /** Since when a publisher has been connected without a break, by its page. */
  readonly #sendingSinceMs = new Map<SimulatedPage, number>();
  readonly #toldAtMs = new Map<SimulatedPage, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(nowMs: number): void {
    const { pages, wellSinceMs } = this.#scene;
    for (const page of pages) {
      if (page.options.role !== 'publisher') continue;
      if (!page.isHere) this.#sendingSinceMs.delete(page);
      else if (!this.#sendingSinceMs.has(page)) this.#sendingSinceMs.set(page, nowMs);
    }
    if (wellSinceMs === undefined || nowMs - wellSinceMs < RECOVERY_MS) return;
    const sendingSinceMs = new Map(
      [...this.#sendingSinceMs].map(([page, sinceMs]) => [page.options.stream, sinceMs]),
    );
    for (const page of pages) {
      const { role, stream } = page.options;
      if (role !== 'viewer' || !page.isHere) continue;
      const sinceMs = Math.max(sendingSinceMs.get(stream) ?? nowMs, page.openedAtMs ?? nowMs);
      if (nowMs - sinceMs >= RECOVERY_MS) this.#check(nowMs, page);
    }
  }

  #check(nowMs: number, page: SimulatedPage): void {
    for (const kind of kinds) {
      const newestMs = page.playback.newestMs(kind);
      if (newestMs !== undefined && nowMs - newestMs <= STALE_MS) continue;
      if (nowMs - (this.#toldAtMs.get(page) ?? Number.NEGATIVE_INFINITY) < RECOVERY_MS) return;
      this.#toldAtMs.set(page, nowMs);
      const what = newestMs === undefined ? 'nothing' : `nothing newer than ${seconds(nowMs - newestMs)}`;
      const where = page.node === undefined ? 'without a node' : `at ${page.node}`;
      this.#scene.violate(
        `${page.options.name}, ${where}, plays ${what} of ${page.options.stream}'s ${kind}`,
      );
      return;
    }
  }
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
