/** Which node has which stream, from whom, and where each is published: what the nodes announce, put together. */
import type { AnnouncedStream, StreamHolder } from './messages.ts';

/**
 * How long a parent that was named counts as taken before the asker announces it: a link between sites is up within a
 * second or two, and every node announces within another.
 */
export const NAMED_PARENT_MS = 5000;

export interface Origin {
  readonly node: string;
  readonly epoch: number;
}

export type StreamChange =
  /** Published, where it was not before; also when it has moved to another node. */
  | { readonly kind: 'stream-live'; readonly stream: string; readonly node: string; readonly epoch: number }
  /** Nobody publishes it any more; `node` was the last. */
  | { readonly kind: 'stream-gone'; readonly stream: string; readonly node: string; readonly epoch: number }
  /** `loser` says that it publishes it, and `node` has done so later. */
  | {
      readonly kind: 'stream-superseded';
      readonly stream: string;
      readonly loser: string;
      readonly node: string;
      readonly epoch: number;
    };

interface StreamEntry {
  origin: Origin | undefined;
  readonly holders: Map<string, AnnouncedStream>;
  /** Of the holders, those where it is published: one, and two while it moves. */
  readonly origins: Set<string>;
}

interface Named {
  readonly untilMs: number;
  /** The publication that the parent was to have. */
  readonly epoch: number;
}

export class StreamDirectory {
  readonly #streams = new Map<string, StreamEntry>();
  /** The streams of each node. */
  readonly #byNode = new Map<string, Map<string, AnnouncedStream>>();
  /**
   * By stream and asker, the parents that it was told of, and until when they count: a node that asks again may have
   * acted on the earlier answer. What was named last is last, in both maps.
   */
  readonly #named = new Map<string, Map<string, Named>>();
  /** By stream, the nodes that `#named` has an entry of. */
  readonly #askers = new Map<string, Set<string>>();
  readonly #changes: StreamChange[] = [];
  /** Of all publications that were ever heard of; 0 before the first. */
  newestEpoch = 0;

  /** The whole truth about what this node has. */
  announce(node: string, announced: readonly AnnouncedStream[]): void {
    const before = this.#byNode.get(node) ?? new Map<string, AnnouncedStream>();
    const now = new Map(announced.map(one => [one.stream, one]));
    for (const stream of before.keys()) if (!now.has(stream)) this.#drop(stream, node);
    for (const one of now.values()) this.#put(node, one);
    if (now.size === 0) this.#byNode.delete(node);
    else this.#byNode.set(node, now);
  }

  /** One stream is published on this node now, or no longer. An epoch that is older than what it announced is late. */
  changed(node: string, stream: string, epoch: number, live: boolean): void {
    const streams = this.#byNode.get(node) ?? new Map<string, AnnouncedStream>();
    const known = streams.get(stream);
    if (known !== undefined && known.epoch > epoch) return;
    if (live) {
      const one: AnnouncedStream = { stream, epoch, kind: 'origin', viewers: known?.viewers ?? 0 };
      this.#byNode.set(node, streams.set(stream, one));
      this.#put(node, one);
    } else if (known?.kind === 'origin') {
      streams.delete(stream);
      if (streams.size === 0) this.#byNode.delete(node);
      this.#drop(stream, node);
    }
  }

  /** The node is out, and with it all that it had. */
  removeNode(node: string): void {
    this.announce(node, []);
  }

  origin(stream: string): Origin | undefined {
    return this.#streams.get(stream)?.origin;
  }

  /** `node` has just been told to fetch the stream from `parent`. */
  nameParent(nowMs: number, stream: string, node: string, parent: string): void {
    const key = keyOf(stream, node);
    const named = this.#named.get(key) ?? new Map<string, Named>();
    named.delete(parent);
    this.#named.delete(key);
    const epoch = this.origin(stream)?.epoch ?? 0;
    this.#named.set(key, named.set(parent, { untilMs: nowMs + NAMED_PARENT_MS, epoch }));
    this.#askers.set(stream, (this.#askers.get(stream) ?? new Set<string>()).add(node));
  }

  /**
   * Who has it from another node, or has just been told to fetch it from one, in no order: of a crowd, all ask within the
   * second in which nobody has announced anything yet.
   */
  carriers(stream: string): readonly string[] {
    const holders = this.#streams.get(stream)?.holders ?? new Map<string, AnnouncedStream>();
    const carried = [...holders].flatMap(([node, { kind }]) => (kind === 'carried' ? [node] : []));
    const askers = [...(this.#askers.get(stream) ?? [])].filter(node => !holders.has(node));
    return [...carried, ...askers];
  }

  /** Whom the node gets the stream from, or may: what it was told, the latest first, and what it says. */
  upstreams(stream: string, node: string): readonly string[] {
    const announced = this.#streams.get(stream)?.holders.get(node);
    // What a node has published since is no longer fetched by it; but an old word that it publishes proves nothing.
    const sinceEpoch = announced?.kind === 'origin' ? announced.epoch : 0;
    const named = [...(this.#named.get(keyOf(stream, node)) ?? [])]
      .filter(([, { epoch }]) => epoch >= sinceEpoch)
      .map(([parent]) => parent)
      .reverse();
    const parent = announced?.parent;
    return parent === undefined || named.includes(parent) ? named : [...named, parent];
  }

  /** Forgets the names that were given and not used. */
  advance(nowMs: number): void {
    for (const [key, named] of this.#named) {
      for (const [parent, { untilMs }] of named) if (untilMs <= nowMs) named.delete(parent);
      if (named.size > 0) break;
      this.#named.delete(key);
      this.#forgetAsker(key);
    }
  }

  poll(): StreamChange | undefined {
    return this.#changes.shift();
  }

  /** Every stream that anybody has, by name. */
  get names(): readonly string[] {
    return [...this.#streams.keys()].sort();
  }

  /** Who has it, by name. */
  holders(stream: string): readonly (StreamHolder & { readonly epoch: number })[] {
    return [...(this.#streams.get(stream)?.holders ?? [])]
      .map(([node, { parent, viewers, epoch }]) => ({
        node,
        ...(parent !== undefined && { parent }),
        viewers,
        epoch,
      }))
      .sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  #forgetAsker(key: string): void {
    const [stream, node] = key.split('\n') as [string, string];
    const askers = this.#askers.get(stream);
    askers?.delete(node);
    if (askers?.size === 0) this.#askers.delete(stream);
  }

  #put(node: string, one: AnnouncedStream): void {
    let entry = this.#streams.get(one.stream);
    if (entry === undefined) {
      entry = { origin: undefined, holders: new Map(), origins: new Set() };
      this.#streams.set(one.stream, entry);
    }
    entry.holders.set(node, one);
    this.newestEpoch = Math.max(this.newestEpoch, one.epoch);
    if (one.kind === 'origin') entry.origins.add(node);
    else entry.origins.delete(node);
    this.#settle(one.stream, entry);
  }

  #drop(stream: string, node: string): void {
    const entry = this.#streams.get(stream);
    if (entry === undefined) return;
    entry.holders.delete(node);
    entry.origins.delete(node);
    if (entry.holders.size === 0) this.#streams.delete(stream);
    this.#settle(stream, entry);
  }

  /** The newest publication is the stream's origin. */
  #settle(stream: string, entry: StreamEntry): void {
    const before = entry.origin;
    let origin: Origin | undefined;
    for (const node of entry.origins) {
      const { epoch } = entry.holders.get(node)!;
      const newer = origin === undefined || epoch > origin.epoch;
      if (newer || (epoch === origin?.epoch && node < origin.node)) origin = { node, epoch };
    }
    entry.origin = origin;
    if (origin !== undefined && origin.node !== before?.node) {
      this.#changes.push({ kind: 'stream-live', stream, ...origin });
    } else if (origin === undefined && before !== undefined) {
      this.#changes.push({ kind: 'stream-gone', stream, ...before });
    }
    if (origin === undefined || entry.origins.size < 2) return;
    for (const loser of entry.origins) {
      if (loser !== origin.node) this.#changes.push({ kind: 'stream-superseded', stream, loser, ...origin });
    }
  }
}

/** Neither name can hold a line break. */
function keyOf(stream: string, node: string): string {
  return `${stream}\n${node}`;
}
