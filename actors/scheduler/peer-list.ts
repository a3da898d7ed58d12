/** The list of nodes that every member keeps, with a version, so that only changes need to be told. */
import type { Peer } from './messages.ts';

export interface PeerChanges {
  readonly since: string;
  readonly peersVersion: string;
  readonly peers: readonly Peer[];
  readonly left: readonly string[];
}

export class PeerList {
  readonly #name: string;
  #number = 0;
  readonly #current = new Map<string, Peer>();
  /** As the members were told last. */
  readonly #told = new Map<string, Peer>();
  readonly #touched = new Set<string>();

  /** `name` is this list's alone: versions of another scheduler's life are never taken for its own. */
  constructor(name: string) {
    this.#name = name;
  }

  get version(): string {
    return `${this.#name}.${this.#number}`;
  }

  get all(): readonly Peer[] {
    return [...this.#current.values()];
  }

  set(peer: Peer): void {
    this.#current.set(peer.node, peer);
    this.#touched.add(peer.node);
  }

  remove(node: string): void {
    this.#current.delete(node);
    this.#touched.add(node);
  }

  /** What has changed since it was last taken. One that went and came back as it was is no change. */
  takeChanges(): PeerChanges | undefined {
    const peers: Peer[] = [];
    const left: string[] = [];
    for (const node of this.#touched) {
      const peer = this.#current.get(node);
      const told = this.#told.get(node);
      if (peer === undefined) {
        if (told !== undefined) left.push(node);
        this.#told.delete(node);
        continue;
      }
      if (told !== undefined && isSame(peer, told)) continue;
      peers.push(peer);
      this.#told.set(node, peer);
    }
    this.#touched.clear();
    if (peers.length === 0 && left.length === 0) return undefined;
    const since = this.version;
    this.#number += 1;
    return { since, peersVersion: this.version, peers, left };
  }
}

export function isSame(one: Peer, other: Peer): boolean {
  return (
    one.idc === other.idc &&
    one.links === other.links &&
    one.roles.length === other.roles.length &&
    one.roles.every((role, i) => role === other.roles[i])
  );
}
