/**
 * The links of one node with all others, sans-IO: knows every connection, dials and dials again, and sees to it that a
 * node has at most one link, which is that of its latest incarnation.
 */
import { type Deadline, earlier } from '../clock.ts';
import type { Random } from '../random.ts';
import { Dial } from './dial.ts';
import { byeFrame, type Parts, parseFrame } from './frame.ts';
import type { Facts, Hello } from './hello.ts';
import { INCOMING_MAX } from './limits.ts';
import { type LinkCounters, newLinkCounters } from './link-counters.ts';
import type { LinkEnd } from './link-end.ts';
import { NodeLink, type NodeLinkOutput, type Peer } from './node-link.ts';
import { ownVersions, type VersionRange } from './versions.ts';

export interface NodeLinksCoreOptions<Item> {
  readonly node: string;
  readonly incarnation: number;
  readonly facts: Facts;
  readonly random: Random;
  readonly isItem: (value: unknown) => value is Item;
  /** For tests of one version with another. */
  readonly versions?: VersionRange;
}

/** `connection` is a name that whoever first knows of it has chosen: this core of what it dials, the transport of the rest. */
export type NodeLinksOutput<Item> =
  /** To be opened. A transport that cannot calls `lost`. */
  | { readonly kind: 'open'; readonly connection: string; readonly endpoint: string; readonly epoch: number }
  | { readonly kind: 'up'; readonly connection: string; readonly peer: Peer }
  | { readonly kind: 'items'; readonly connection: string; readonly items: readonly Item[] }
  /** An item that cannot be sent was dropped. */
  | { readonly kind: 'fault'; readonly peer: Peer; readonly words: string }
  /** The link is gone: exactly once for each `up`. */
  | { readonly kind: 'down'; readonly connection: string; readonly peer: Peer; readonly end: LinkEnd }
  /** A connection ended before it was a link. What is known of the other side is there. */
  | {
      readonly kind: 'refused';
      readonly endpoint: string | undefined;
      readonly node: string | undefined;
      readonly end: LinkEnd;
    }
  /** To be closed, after one attempt to send the farewell; nothing is said of this connection any more. */
  | { readonly kind: 'close'; readonly connection: string; readonly farewell: Parts | undefined };

interface Connection<Item> {
  readonly name: string;
  readonly link: NodeLink<Item>;
  /** Of a connection that was dialled from here. */
  readonly dial?: Dial;
}

export class NodeLinksCore<Item> {
  readonly counters: LinkCounters = newLinkCounters();
  readonly #options: NodeLinksCoreOptions<Item>;
  readonly #outputs: NodeLinksOutput<Item>[] = [];
  readonly #connections = new Map<string, Connection<Item>>();
  /** Those that are links, by the node at their other end. */
  readonly #links = new Map<string, Connection<Item>>();
  readonly #dials = new Map<string, Dial>();
  /** Connections that have something to send. */
  readonly #sendable = new Set<string>();
  #self: Hello;
  #incomingCount = 0;
  #lastEpoch = 0;
  #closed = false;

  constructor(options: NodeLinksCoreOptions<Item>) {
    const { node, incarnation, facts, versions = ownVersions } = options;
    this.#options = options;
    this.#self = { node, incarnation, facts, versions };
  }

  /** Where this node can be dialled, as its later hellos say. */
  reachableAt(endpoint: string): void {
    this.#self = { ...this.#self, endpoint };
  }

  /** Wants a link with whoever answers at `endpoint`, from now on. */
  dial(nowMs: number, endpoint: string): void {
    if (this.#closed || this.#dials.has(endpoint)) return;
    this.#dials.set(endpoint, new Dial(nowMs, endpoint, this.#options.random));
    this.advance(nowMs);
  }

  /** A message of one connection; the first of a connection that was dialled from elsewhere makes it known. */
  receive(nowMs: number, name: string, parts: readonly Uint8Array[]): void {
    const connection = this.#connections.get(name) ?? this.#incoming(nowMs, name, parts);
    if (connection === undefined) return;
    connection.link.receive(nowMs, parts);
    this.#drain(nowMs, connection);
  }

  /** Sends an item over the connection, while it is a link. */
  post(nowMs: number, name: string, item: Item): void {
    const connection = this.#connections.get(name);
    if (connection === undefined) return;
    connection.link.post(item);
    this.#drain(nowMs, connection);
  }

  /** The transport has lost the connection. */
  lost(nowMs: number, name: string, end: Omit<LinkEnd, 'by'>): void {
    this.#with(nowMs, name, link => link.lost(end));
  }

  /** Ends one connection with words to the other side. */
  end(nowMs: number, name: string, end: Omit<LinkEnd, 'by'>): void {
    this.#with(nowMs, name, link => link.end(end));
  }

  /** Ends all, and dials no more. */
  close(nowMs: number): void {
    this.#closed = true;
    this.#dials.clear();
    for (const name of [...this.#connections.keys()]) {
      this.end(nowMs, name, { code: 'closed', words: `${this.#self.node} stops` });
    }
  }

  advance(nowMs: number): void {
    for (const connection of [...this.#connections.values()]) {
      connection.link.advance(nowMs);
      this.#drain(nowMs, connection);
    }
    for (const dial of this.#dials.values()) {
      if (dial.dueAtMs !== undefined && dial.dueAtMs <= nowMs) this.#open(nowMs, dial);
    }
  }

  deadline(): Deadline | undefined {
    let deadline: Deadline | undefined;
    for (const { link } of this.#connections.values()) deadline = earlier(deadline, link.deadline());
    for (const { dueAtMs } of this.#dials.values()) {
      if (dueAtMs !== undefined) deadline = earlier(deadline, { atMs: dueAtMs, reason: 'dial' });
    }
    return deadline;
  }

  poll(): NodeLinksOutput<Item> | undefined {
    return this.#outputs.shift();
  }

  /** The connections that `transmit` has something for. */
  get sendable(): ReadonlySet<string> {
    return this.#sendable;
  }

  /** The next message for a connection whose transport can take one. */
  transmit(nowMs: number, name: string): Parts | undefined {
    const link = this.#connections.get(name)?.link;
    const parts = link?.transmit(nowMs);
    if (link?.hasFrames !== true) this.#sendable.delete(name);
    return parts;
  }

  /** The nodes that are linked now. */
  get peers(): readonly Peer[] {
    return [...this.#links.values()].map(({ link }) => link.peer!);
  }

  #with(nowMs: number, name: string, act: (link: NodeLink<Item>) => void): void {
    const connection = this.#connections.get(name);
    if (connection === undefined) return;
    act(connection.link);
    this.#drain(nowMs, connection);
  }

  #open(nowMs: number, dial: Dial): void {
    this.#lastEpoch += 1;
    this.counters.dials += 1;
    dial.connecting();
    const epoch = this.#lastEpoch;
    const name = `out ${epoch}`;
    const connection = { name, dial, link: this.#link(nowMs, 'dialler', epoch) };
    this.#connections.set(name, connection);
    this.#outputs.push({ kind: 'open', connection: name, endpoint: dial.endpoint, epoch });
    this.#drain(nowMs, connection);
  }

  /** A connection begins with a hello; whoever says something else is told that we know nothing of it. */
  #incoming(nowMs: number, name: string, parts: readonly Uint8Array[]): Connection<Item> | undefined {
    const frame = parseFrame(parts);
    if (this.#closed) return undefined;
    const isHello = frame.kind === 'hello';
    if (!isHello || this.#incomingCount >= INCOMING_MAX) {
      this.counters.unknownFrames += 1;
      if (frame.kind === 'none') this.counters.badFrames += 1;
      // Two that answer each other's farewells would never end.
      if (frame.kind === 'bye') return undefined;
      const end = isHello
        ? ({ code: 'full', words: 'too many connections' } as const)
        : ({ code: 'not linked', words: frame.kind === 'none' ? frame.words : 'no such link' } as const);
      const epoch = frame.kind === 'none' ? 0 : frame.epoch;
      this.#outputs.push({
        kind: 'close',
        connection: name,
        farewell: byeFrame(epoch, this.#self.node, end),
      });
      return undefined;
    }
    this.#incomingCount += 1;
    const connection = { name, link: this.#link(nowMs, 'listener', frame.epoch) };
    this.#connections.set(name, connection);
    return connection;
  }

  #link(nowMs: number, role: 'dialler' | 'listener', epoch: number): NodeLink<Item> {
    const { isItem } = this.#options;
    return new NodeLink(nowMs, { self: this.#self, role, epoch, isItem, counters: this.counters });
  }

  /** Carries out what the link wants; to be called after every word with it. */
  #drain(nowMs: number, connection: Connection<Item>): void {
    const { name, link } = connection;
    for (let output = link.poll(); output !== undefined; output = link.poll()) {
      this.#carryOut(nowMs, connection, output);
    }
    if (link.hasFrames) this.#sendable.add(name);
  }

  #carryOut(nowMs: number, connection: Connection<Item>, output: NodeLinkOutput<Item>): void {
    const { name, link } = connection;
    switch (output.kind) {
      case 'greeted': {
        const refusal = this.#refusalOf(output.peer, link.leads);
        if (refusal !== undefined) {
          link.end(refusal);
        } else if (link.leads) {
          link.keep(nowMs);
          this.#up(nowMs, connection, output.peer);
        }
        return;
      }
      case 'kept': {
        // Another connection may have come up since the greeting.
        const refusal = this.#refusalOf(output.peer, link.leads);
        if (refusal !== undefined) {
          link.end(refusal);
        } else {
          link.raise(nowMs);
          this.#up(nowMs, connection, output.peer);
        }
        return;
      }
      case 'items':
        this.#outputs.push({ kind: 'items', connection: name, items: output.items });
        return;
      case 'fault':
        this.#outputs.push({ kind: 'fault', peer: link.peer!, words: output.words });
        return;
      case 'ended':
        this.#ended(nowMs, connection, output.end, output.farewell);
        return;
      default:
        output satisfies never;
    }
  }

  /** Why this peer cannot be linked now; undefined when it can. */
  #refusalOf(peer: Peer, weLead: boolean): Omit<LinkEnd, 'by'> | undefined {
    const { node, incarnation } = this.#self;
    if (peer.node === node) {
      return peer.incarnation === incarnation
        ? { code: 'self', words: `${node} has dialled itself` }
        : { code: 'name taken', words: `there are two nodes named ${node}` };
    }
    const linked = this.#links.get(peer.node)?.link.peer;
    if (linked === undefined || peer.incarnation > linked.incarnation) return undefined;
    if (peer.incarnation < linked.incarnation) return replacedBy(linked);
    if (peer.endpoint !== linked.endpoint) {
      const where = linked.endpoint === undefined ? '' : `, at ${linked.endpoint}`;
      return { code: 'name taken', words: `another node named ${peer.node} is linked${where}` };
    }
    // The same process by another connection. The leader keeps the one it has; that it keeps a second means to the
    // other side that it has lost the first.
    return weLead ? { code: 'linked', words: `${node} and ${peer.node} are linked already` } : undefined;
  }

  #up(nowMs: number, connection: Connection<Item>, peer: Peer): void {
    const former = this.#links.get(peer.node);
    if (former !== undefined) {
      const isLater = peer.incarnation > former.link.peer!.incarnation;
      former.link.end(
        isLater ? replacedBy(peer) : { code: 'superseded', words: 'a later connection has taken its place' },
      );
      this.#drain(nowMs, former);
    }
    this.#links.set(peer.node, connection);
    this.counters.linksUp += 1;
    connection.dial?.up(nowMs);
    for (const dial of this.#dials.values()) if (dial.node === peer.node) dial.linkedOtherwise();
    this.#outputs.push({ kind: 'up', connection: connection.name, peer });
  }

  #ended(nowMs: number, connection: Connection<Item>, end: LinkEnd, farewell: Parts | undefined): void {
    const { name, link, dial } = connection;
    const { node, peer } = link;
    this.#connections.delete(name);
    this.#sendable.delete(name);
    if (dial === undefined) this.#incomingCount -= 1;
    else dial.node = node ?? dial.node;
    if (peer !== undefined && this.#links.get(peer.node) === connection) {
      this.#links.delete(peer.node);
      this.counters.linksDown += 1;
      this.#outputs.push({ kind: 'down', connection: name, peer, end });
      for (const other of this.#dials.values()) if (other.node === peer.node) other.needed(nowMs);
    } else {
      this.counters.refusals += 1;
      this.#outputs.push({ kind: 'refused', endpoint: dial?.endpoint, node, end });
    }
    dial?.ended(nowMs, end, dial.node !== undefined && this.#links.has(dial.node));
    this.#outputs.push({ kind: 'close', connection: name, farewell });
  }
}

function replacedBy({ node, incarnation }: Peer): Omit<LinkEnd, 'by'> {
  return { code: 'replaced', words: `a later incarnation of ${node} has come: ${incarnation}` };
}
