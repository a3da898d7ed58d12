/** No session, stream or route outlives those who had to do with it. */
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

/** A client that falls silent is gone after 25 s (ICE consent); what hangs on its session after that goes within seconds. */
const OUTLIVES_MS = 35_000;

const SESSION = /^\/shards\/shard-\d+\/(?:pushes|pulls)\/(?<session>[^/]+)$/;
const STREAM = /^\/shards\/shard-\d+\/streams\/stream-(?<stream>[^/]+)$/;
const LINK = /^\/shards\/shard-\d+\/relays\/[^/]+$/;

export const noOrphans: Invariant = {
  name: 'no-orphans',
  summary: `no session, stream or route outlives its owner by more than ${OUTLIVES_MS / 1000} s`,
  watch: scene => new NoOrphans(scene),
};

class NoOrphans implements Watcher {
  readonly #scene: Scene;
  /** What nobody owns, by node and path: since when. */
  readonly #sinceMs = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(nowMs: number, seen: readonly SeenNode[]): void {
    const here = this.#scene.pages.filter(({ isHere }) => isHere);
    const sessions = new Set(here.map(({ session }) => session));
    const streams = new Set(here.map(({ options }) => options.stream));
    const orphans = new Set<string>();
    for (const { node, paths } of seen)
      for (const path of paths) {
        const session = SESSION.exec(path)?.groups?.session;
        const stream = STREAM.exec(path)?.groups?.stream;
        const isOrphan =
          (session !== undefined && !sessions.has(session)) || (stream !== undefined && !streams.has(stream));
        if (isOrphan) orphans.add(`${node.name} ${path}`);
      }
    for (const key of this.#sinceMs.keys()) if (!orphans.has(key)) this.#sinceMs.delete(key);
    for (const key of orphans) {
      const sinceMs = this.#sinceMs.get(key) ?? nowMs;
      this.#sinceMs.set(key, sinceMs);
      if (nowMs - sinceMs <= OUTLIVES_MS) continue;
      this.#scene.violate(`${key} has had no owner for ${Math.round((nowMs - sinceMs) / 1000)} s`);
      this.#sinceMs.set(key, nowMs);
    }
  }

  end(_nowMs: number, seen: readonly SeenNode[]): void {
    for (const { node, report, paths } of seen) {
      const left = paths.filter(path => SESSION.test(path) || STREAM.test(path) || LINK.test(path));
      for (const path of left) this.#scene.violate(`${node.name} ${path} is there when everybody has left`);
      const { media_entries: entries } = report.counters;
      if (entries !== 0) this.#scene.violate(`${node.name} holds ${entries} entries when everybody has left`);
    }
  }
}
