/** The paths that a socket has seen datagrams come by, one object for each: what is known of a path is found by its object. */
import type { Path } from './path.ts';

/** Many times what a shard has sessions; past it all are made anew. */
const KNOWN_MAX = 16_384;

export class KnownPaths<Key> {
  readonly #paths = new Map<Key, Path>();

  /** The path of that key, made where it is not known. */
  get(key: Key, make: () => Path): Path {
    const known = this.#paths.get(key);
    if (known !== undefined) return known;
    if (this.#paths.size >= KNOWN_MAX) this.#paths.clear();
    const path = make();
    this.#paths.set(key, path);
    return path;
  }
}
