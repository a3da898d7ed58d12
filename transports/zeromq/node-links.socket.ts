/**
 * Links between nodes over ZeroMQ, with CURVE. A node listens with one ROUTER and dials each peer with a DEALER; of two
 * nodes that dial each other one connection remains, which serves both ways.
 */
import { Context } from 'zeromq';
import type { Clock, Timer } from '../clock.ts';
import { type Random, randomToken } from '../random.ts';
import { DialledSocket } from './dialled.socket.ts';
import type { Parts } from './frame.ts';
import type { Facts } from './hello.ts';
import { type IncomingCounters, IncomingSocket } from './incoming.socket.ts';
import { IncomingPump } from './incoming-pump.ts';
import { ItemLink, type ItemPort } from './item-link.ts';
import type { ClusterKeys } from './keys.ts';
import type { LinkCounters } from './link-counters.ts';
import type { LinkEnd } from './link-end.ts';
import { LinkLog, type LinkLogEntry } from './link-log.ts';
import type { Peer } from './node-link.ts';
import { NodeLinksCore, type NodeLinksOutput } from './node-links.ts';
import type { VersionRange } from './versions.ts';

export interface NodeLinksOptions<Item> {
  readonly node: string;
  /** Higher than that of every earlier process of this name: the wall clock at the start, for one. */
  readonly incarnation: number;
  /** Without keys only endpoints of the same machine (`ipc://`) can be used. */
  readonly keys: ClusterKeys | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** What peers are told of this node: plain data of a few kB. */
  readonly facts: Facts;
  /** Where others can dial this node, when that is not what it listens on (a wildcard, an address behind NAT). */
  readonly advertise?: string;
  /** Peers are of the cluster, and yet perhaps of another version: whatever is no item ends their link. */
  readonly isItem: (value: unknown) => value is Item;
  /** A link is there; it is to be listened to before control returns. */
  readonly onUp: (peer: Peer, link: ItemPort<Item>) => void;
  /** Once for each `onUp`, after the link's own `onClosed`. */
  readonly onDown?: (peer: Peer, end: LinkEnd) => void;
  readonly log?: (entry: LinkLogEntry) => void;
  readonly versions?: VersionRange;
}

export interface NodeLinksCounters extends Readonly<LinkCounters & IncomingCounters> {
  /**
   * All connections that did not show the cluster's keys. Those that are shaking hands just now are among them, and
   * also those of whoever sent nothing that libzmq takes for a handshake, and so reports no failure of.
   */
  readonly strangers: number;
}

/** Two nodes that were given one name by mistake will not have one token as well. */
const TOKEN_BYTES = 6;

/**
 * A ROUTER that is closed at once loses some farewells on a busy machine, whatever its linger (seen with libzmq
 * 4.3.5). This is far longer than they take to leave, and nothing to whoever stops a node.
 */
const FAREWELL_MS = 50;

export class NodeLinks<Item> {
  readonly #options: NodeLinksOptions<Item>;
  readonly #core: NodeLinksCore<Item>;
  readonly #log: LinkLog;
  /** Tells this process's connections from those of another that goes by the same name. */
  readonly #token: string;
  /** Its own, since ZAP is one a context, and two nodes of a process may have different keys. */
  readonly #context = new Context({ blocky: false });
  readonly #incoming: IncomingSocket;
  readonly #pump: IncomingPump;
  readonly #dialled = new Map<string, DialledSocket>();
  readonly #links = new Map<string, { readonly peer: Peer; readonly link: ItemLink<Item> }>();
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;
  #isDraining = false;
  #isFlushSet = false;
  #closing: Promise<void> | undefined;

  constructor(options: NodeLinksOptions<Item>) {
    const { node, incarnation, keys, clock, log = () => {} } = options;
    this.#options = options;
    this.#core = new NodeLinksCore(options);
    this.#token = randomToken(options.random, TOKEN_BYTES);
    this.#log = new LinkLog(log);
    this.#incoming = new IncomingSocket({
      context: this.#context,
      keys,
      onMessage: (routingId, parts) => this.#receive(incomingName(routingId), parts),
      onStranger: () => this.#log.strangers(clock.nowMs(), this.counters.handshakesFailed),
      onFailed: error =>
        log({ level: 'error', message: `${node} hears no peers any more: ${error}`, incarnation }),
    });
    this.#pump = new IncomingPump({
      clock,
      send: (name, parts) => this.#incoming.send(routingIdOf(name), parts),
      sendable: () => [...this.#core.sendable].filter(isIncoming),
      transmit: name => this.#transmit(name),
      onGone: name => this.#lost(name, { code: 'lost', words: 'the connection broke' }),
    });
  }

  /**
   * Resolves to the endpoint, in which a port `*` has become a number. To be called before `connect`. Rejects when it
   * cannot be bound, or keys are needed.
   */
  async listen(endpoint: string): Promise<string> {
    this.#demandKeys(endpoint);
    const bound = await this.#incoming.bind(endpoint);
    this.#core.reachableAt(this.#options.advertise ?? bound);
    return bound;
  }

  /** Keeps a link with whoever is at `endpoint`, be it this node itself. Throws when keys are needed. */
  connect(endpoint: string): void {
    this.#demandKeys(endpoint);
    this.#core.dial(this.#options.clock.nowMs(), endpoint);
    this.#after();
  }

  /** Ends all links with a word to the peers; resolves when nothing is open any more. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The nodes that are linked now. */
  get peers(): readonly Peer[] {
    return this.#core.peers;
  }

  get counters(): NodeLinksCounters {
    const { counters } = this.#incoming;
    const strangers = Math.max(0, counters.connectionsAccepted - counters.handshakes);
    return { ...this.#core.counters, ...counters, strangers };
  }

  #demandKeys(endpoint: string): void {
    if (this.#options.keys === undefined && !endpoint.startsWith('ipc://')) {
      throw new Error(`${endpoint} can only be used with the cluster's keys; zrtc keys makes them`);
    }
  }

  #receive(name: string, parts: readonly Uint8Array[]): void {
    this.#core.receive(this.#options.clock.nowMs(), name, parts);
    this.#after();
  }

  #lost(name: string, end: Omit<LinkEnd, 'by'>): void {
    this.#core.lost(this.#options.clock.nowMs(), name, end);
    this.#after();
  }

  #post(name: string, item: Item): void {
    this.#core.post(this.#options.clock.nowMs(), name, item);
    // Most posts bring nothing but the item about, which no timer waits for.
    if (this.#drain()) this.#arm();
    this.#flushSoon();
  }

  /** To be called after whatever may have changed the core. */
  #after(): void {
    this.#drain();
    this.#flushSoon();
    this.#arm();
  }

  /** Callbacks come back to the core: what they bring about waits its turn here. False when there was nothing to do. */
  #drain(): boolean {
    if (this.#isDraining) return false;
    this.#isDraining = true;
    let drained = false;
    for (let output = this.#core.poll(); output !== undefined; output = this.#core.poll()) {
      this.#carryOut(output);
      drained = true;
    }
    this.#isDraining = false;
    return drained;
  }

  #carryOut(output: NodeLinksOutput<Item>): void {
    switch (output.kind) {
      case 'open':
        this.#open(output.connection, output.endpoint, output.epoch);
        return;
      case 'up':
        this.#up(output.connection, output.peer);
        return;
      case 'items':
        this.#links.get(output.connection)?.link.deliver(output.items);
        return;
      case 'fault':
        this.#log.fault(output.peer, output.words);
        return;
      case 'down':
        this.#down(output.connection, output.peer, output.end);
        return;
      case 'refused':
        this.#log.refused(output.endpoint, output.node, output.end);
        return;
      case 'close':
        this.#closeConnection(output.connection, output.farewell);
        return;
      default:
        output satisfies never;
    }
  }

  #open(name: string, endpoint: string, epoch: number): void {
    const { node, incarnation, keys, clock } = this.#options;
    try {
      const socket = new DialledSocket({
        context: this.#context,
        clock,
        endpoint,
        // Unique: a ROUTER would leave a second connection of the same name unheard.
        routingId: `${node}!${incarnation}!${this.#token}!${epoch}`,
        keys,
        onParts: parts => this.#receive(name, parts),
        onLost: end => this.#lost(name, end),
      });
      this.#dialled.set(name, socket);
    } catch (error) {
      const words = `cannot be dialled: ${(error as Error).message}`;
      this.#core.lost(clock.nowMs(), name, { code: 'lost', words });
    }
  }

  #up(name: string, peer: Peer): void {
    const { onUp } = this.#options;
    const link = new ItemLink<Item>(
      item => this.#post(name, item),
      error => this.#log.threw(peer, error),
    );
    this.#links.set(name, { peer, link });
    this.#log.up(peer);
    this.#guarded(peer, () => onUp(peer, link));
  }

  #down(name: string, peer: Peer, end: LinkEnd): void {
    const { onDown } = this.#options;
    const link = this.#links.get(name)?.link;
    this.#links.delete(name);
    this.#log.down(peer, end);
    link?.close();
    this.#guarded(peer, () => onDown?.(peer, end));
  }

  #closeConnection(name: string, farewell: Parts | undefined): void {
    const dialled = this.#dialled.get(name);
    this.#dialled.delete(name);
    dialled?.close(farewell);
    if (!isIncoming(name)) return;
    this.#pump.end(name, farewell);
    this.#runPump();
  }

  /** What was posted in this turn of the event loop goes out together. */
  #flushSoon(): void {
    if (this.#isFlushSet || this.#core.sendable.size === 0) return;
    this.#isFlushSet = true;
    setImmediate(() => {
      this.#isFlushSet = false;
      for (const [name, socket] of this.#dialled) {
        if (this.#core.sendable.has(name) && !socket.isSending) void this.#serve(name, socket);
      }
      this.#runPump();
      this.#arm();
    });
  }

  #runPump(): void {
    void this.#pump.run().then(() => this.#arm());
  }

  /** What queues while a send waits for room becomes the next frame. */
  async #serve(name: string, socket: DialledSocket): Promise<void> {
    for (let parts = this.#transmit(name); parts !== undefined; parts = this.#transmit(name)) {
      await socket.send(parts);
      this.#arm();
    }
  }

  #transmit(name: string): Parts | undefined {
    return this.#core.transmit(this.#options.clock.nowMs(), name);
  }

  /** One timer, set for the core's deadline or before it: a deadline that moves away is found out when it fires. */
  #arm(): void {
    const deadline = this.#core.deadline();
    if (deadline === undefined) {
      this.#timer?.timer.cancel();
      this.#timer = undefined;
      return;
    }
    if (this.#timer !== undefined && this.#timer.atMs <= deadline.atMs) return;
    this.#timer?.timer.cancel();
    const { clock } = this.#options;
    const timer = clock.setTimer(deadline.atMs - clock.nowMs(), () => {
      this.#timer = undefined;
      this.#core.advance(clock.nowMs());
      this.#after();
    });
    this.#timer = { atMs: deadline.atMs, timer };
  }

  async #close(): Promise<void> {
    this.#core.close(this.#options.clock.nowMs());
    this.#after();
    await this.#pump.close();
    if (this.#incoming.counters.handshakes > 0) {
      await new Promise<void>(resolve => this.#options.clock.setTimer(FAREWELL_MS, resolve));
    }
    await this.#incoming.close();
  }

  /** What a callback throws is its own fault, and no reason to leave other links unserved. */
  #guarded(peer: Peer, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log.threw(peer, error);
    }
  }
}

/** A ROUTER's names for its connections are bytes; Latin-1 keeps each of them. */
function incomingName(routingId: Buffer): string {
  return `${INCOMING}${routingId.toString('latin1')}`;
}

function routingIdOf(name: string): Buffer {
  return Buffer.from(name.slice(INCOMING.length), 'latin1');
}

function isIncoming(name: string): boolean {
  return name.startsWith(INCOMING);
}

/** The core names what it has dialled otherwise. */
const INCOMING = 'in ';
