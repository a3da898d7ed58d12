/** Which link leads to an address that is not of this system. */
import type { Address } from './address.ts';
import type { LinkEpoch } from './link-epoch.ts';

/** Whether `path` is `root` or lies beneath it; segments count, so that `/shards/shard-10` is not beneath `shard-1`. */
export function isUnder(root: string, path: string): boolean {
  return path.startsWith(root) && (path.length === root.length || path[root.length] === '/');
}

export class Routes {
  readonly #node: string;
  readonly #root: string;
  readonly #byPrefix = new Map<string, LinkEpoch>();
  readonly #byNode = new Map<string, LinkEpoch>();
  #default: LinkEpoch | undefined;

  /** `root`: beneath it is this system's own, unless a prefix says otherwise. */
  constructor(node: string, root: string) {
    this.#node = node;
    this.#root = root;
  }

  prefix(prefix: string): LinkEpoch | undefined {
    return this.#byPrefix.get(prefix);
  }

  setPrefix(prefix: string, epoch: LinkEpoch): void {
    this.#byPrefix.set(prefix, epoch);
  }

  node(node: string): LinkEpoch | undefined {
    return this.#byNode.get(node);
  }

  setNode(node: string, epoch: LinkEpoch): void {
    this.#byNode.set(node, epoch);
  }

  get default(): LinkEpoch | undefined {
    return this.#default;
  }

  set default(epoch: LinkEpoch | undefined) {
    this.#default = epoch;
  }

  /** On this node the longest prefix wins; another node is reached by its own link, or else the default way. */
  find({ node, path }: Address): LinkEpoch | undefined {
    if (node !== this.#node) return this.#byNode.get(node) ?? this.#default;
    if (this.#byPrefix.size > 0) {
      for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))) {
        const epoch = this.#byPrefix.get(prefix);
        if (epoch !== undefined) return epoch;
      }
    }
    return isUnder(this.#root, path) ? undefined : this.#default;
  }

  /** Takes out every route over a link that has closed. */
  remove(epoch: LinkEpoch): void {
    for (const routes of [this.#byPrefix, this.#byNode]) {
      for (const [key, value] of routes) if (value === epoch) routes.delete(key);
    }
    if (this.#default === epoch) this.#default = undefined;
  }

  all(): readonly LinkEpoch[] {
    const epochs = [...this.#byPrefix.values(), ...this.#byNode.values()];
    return this.#default === undefined ? epochs : [...epochs, this.#default];
  }
}
