/** Nodes with links on virtual time, over connections that delay, break and fall silent as a test wants it. */

import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { Random } from '../../../transports/random.ts';
import type { Parts } from '../../../transports/zeromq/frame.ts';
import type { LinkEnd } from '../../../transports/zeromq/link-end.ts';
import type { Peer } from '../../../transports/zeromq/node-link.ts';
import { NodeLinksCore } from '../../../transports/zeromq/node-links.ts';
import type { VersionRange } from '../../../transports/zeromq/versions.ts';

export interface Item {
  readonly n: number;
  readonly [key: string]: unknown;
}

export const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number';

export interface Epoch {
  readonly node: string;
  readonly connection: string;
  readonly peer: Peer;
  readonly upAtMs: number;
  readonly items: Item[];
  end: LinkEnd | undefined;
  downAtMs: number | undefined;
}

export interface WorldNode {
  readonly name: string;
  readonly incarnation: number;
  readonly endpoint: string;
  readonly core: NodeLinksCore<Item>;
  /** All that there have been, in the order in which they came up. */
  readonly epochs: Epoch[];
  readonly refusals: {
    readonly endpoint: string | undefined;
    readonly node: string | undefined;
    end: LinkEnd;
  }[];
  readonly faults: string[];
  /** A dead node does nothing any more. */
  isDead: boolean;
}

export interface Wire {
  readonly dialler: WorldNode;
  readonly listener: WorldNode;
  /** What each end calls it. */
  readonly names: { readonly dialler: string; readonly listener: string };
  isOpen: boolean;
  /** Nothing arrives any more, and nobody is told. */
  isSilent: boolean;
  /** Takes nothing from either side. */
  isStalled: boolean;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export interface NodeOptions {
  readonly name: string;
  readonly incarnation?: number;
  readonly endpoint?: string;
  readonly versions?: VersionRange;
}

export class LinksWorld {
  nowMs = 0;
  /** One way. */
  delayMs = 1;
  readonly nodes: WorldNode[] = [];
  readonly wires: Wire[] = [];
  readonly #random: Random;
  #due: Due[] = [];
  #order = 0;

  constructor(seed = 'links') {
    this.#random = seededRandom(seed);
  }

  node({ name, incarnation = 1, endpoint = `at-${name}`, versions }: NodeOptions): WorldNode {
    const core = new NodeLinksCore<Item>({
      node: name,
      incarnation,
      facts: { site: `site of ${name}` },
      random: this.#random,
      isItem,
      ...(versions === undefined ? {} : { versions }),
    });
    core.reachableAt(endpoint);
    const node: WorldNode = {
      name,
      incarnation,
      endpoint,
      core,
      epochs: [],
      refusals: [],
      faults: [],
      isDead: false,
    };
    this.nodes.push(node);
    return node;
  }

  dial(from: WorldNode, to: WorldNode | string): void {
    from.core.dial(this.nowMs, typeof to === 'string' ? to : to.endpoint);
    this.settle(from);
  }

  /** Over the link that `from` has with the node named `to`; false when there is none. */
  post(from: WorldNode, to: string, item: Item): boolean {
    const epoch = openEpoch(from, to);
    if (epoch === undefined) return false;
    from.core.post(this.nowMs, epoch.connection, item);
    this.settle(from);
    return true;
  }

  /** Raw bytes from one end of a wire, as a peer that is broken or hostile might send them. */
  inject(wire: Wire, from: 'dialler' | 'listener', parts: Parts): void {
    this.#send(wire, from, parts);
  }

  /** The connection breaks, and both ends notice. */
  cut(wire: Wire): void {
    if (!wire.isOpen) return;
    wire.isOpen = false;
    for (const [node, name] of endsOf(wire)) {
      if (node.isDead) continue;
      node.core.lost(this.nowMs, name, { code: 'lost', words: 'the connection broke' });
      this.settle(node);
    }
  }

  /** The process is gone; its connections break. */
  kill(node: WorldNode): void {
    node.isDead = true;
    for (const wire of this.wiresOf(node)) this.cut(wire);
  }

  wiresOf(node: WorldNode): readonly Wire[] {
    return this.wires.filter(wire => wire.dialler === node || wire.listener === node);
  }

  /** Time passes: what is on its way arrives, and whoever has a deadline is called. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.atMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.nowMs = untilMs;
  }

  #next(): { readonly atMs: number; readonly run: () => void } | undefined {
    this.#due.sort((one, other) => one.atMs - other.atMs || one.order - other.order);
    const [due] = this.#due;
    let next: { readonly atMs: number; readonly run: () => void } | undefined = due && {
      atMs: due.atMs,
      run: () => this.#runFirst(),
    };
    for (const node of this.nodes) {
      const deadline = node.isDead ? undefined : node.core.deadline();
      if (deadline === undefined || (next !== undefined && next.atMs <= deadline.atMs)) continue;
      next = {
        atMs: deadline.atMs,
        run: () => {
          node.core.advance(this.nowMs);
          this.settle(node);
        },
      };
    }
    return next;
  }

  #runFirst(): void {
    this.#due.shift()?.run();
  }

  /** Carries out what the node's core wants. */
  settle(node: WorldNode): void {
    if (node.isDead) return;
    for (let output = node.core.poll(); output !== undefined; output = node.core.poll()) {
      switch (output.kind) {
        case 'open':
          this.#open(node, output.connection, output.endpoint, output.epoch);
          break;
        case 'up':
          node.epochs.push({
            node: node.name,
            connection: output.connection,
            peer: output.peer,
            upAtMs: this.nowMs,
            items: [],
            end: undefined,
            downAtMs: undefined,
          });
          break;
        case 'items':
          epochOf(node, output.connection).items.push(...output.items);
          break;
        case 'down': {
          const epoch = epochOf(node, output.connection);
          if (epoch.end !== undefined) throw new Error('a second down of one epoch');
          epoch.end = output.end;
          epoch.downAtMs = this.nowMs;
          break;
        }
        case 'refused':
          node.refusals.push(output);
          break;
        case 'fault':
          node.faults.push(output.words);
          break;
        case 'close':
          this.#close(node, output.connection, output.farewell);
          break;
        default:
          output satisfies never;
      }
    }
    this.#transmit(node);
  }

  #open(dialler: WorldNode, name: string, endpoint: string, epoch: number): void {
    const listener = this.nodes.findLast(node => node.endpoint === endpoint && !node.isDead);
    if (listener === undefined) {
      this.#later(this.delayMs, () => {
        dialler.core.lost(this.nowMs, name, { code: 'lost', words: `nobody listens at ${endpoint}` });
        this.settle(dialler);
      });
      return;
    }
    const names = { dialler: name, listener: `in ${this.wires.length} ${dialler.name}!${epoch}` };
    this.wires.push({ dialler, listener, names, isOpen: true, isSilent: false, isStalled: false });
  }

  #transmit(node: WorldNode): void {
    for (const name of [...node.core.sendable]) {
      const wire = this.#wire(node, name);
      if (wire?.isStalled === true) continue;
      // One that is there no more swallows what is sent; the core is told of it by `cut`.
      for (
        let parts = node.core.transmit(this.nowMs, name);
        parts;
        parts = node.core.transmit(this.nowMs, name)
      ) {
        if (wire !== undefined) this.#send(wire, sideOf(wire, name), parts);
      }
    }
  }

  #send(wire: Wire, from: 'dialler' | 'listener', parts: Parts): void {
    const to = from === 'dialler' ? 'listener' : 'dialler';
    const bytes = parts.map(part => Buffer.from(part as string));
    this.#later(this.delayMs, () => {
      const node = wire[to];
      if (!wire.isOpen || wire.isSilent || node.isDead) return;
      node.core.receive(this.nowMs, wire.names[to], bytes);
      this.settle(node);
    });
  }

  #close(node: WorldNode, name: string, farewell: Parts | undefined): void {
    const wire = this.#wire(node, name);
    if (wire === undefined) return;
    const side = sideOf(wire, name);
    if (farewell !== undefined) this.#send(wire, side, farewell);
    // Only the side that has dialled can close a connection; the other is then told by its transport.
    if (side === 'dialler') this.#later(this.delayMs, () => this.cut(wire));
  }

  #wire(node: WorldNode, name: string): Wire | undefined {
    return this.wires.findLast(
      wire => wire.isOpen && endsOf(wire).some(([end, endName]) => end === node && endName === name),
    );
  }

  #later(ms: number, run: () => void): void {
    this.#order += 1;
    this.#due.push({ atMs: this.nowMs + ms, order: this.#order, run });
  }
}

/** The epoch that is up between `node` and the node named `peer`. */
export function openEpoch(node: WorldNode, peer: string): Epoch | undefined {
  return node.epochs.find(epoch => epoch.peer.node === peer && epoch.end === undefined);
}

function epochOf(node: WorldNode, connection: string): Epoch {
  const epoch = node.epochs.findLast(candidate => candidate.connection === connection);
  if (epoch === undefined || epoch.end !== undefined)
    throw new Error(`${connection} is not up at ${node.name}`);
  return epoch;
}

/** A node that dials itself is at both ends, which it calls by different names. */
function sideOf({ names }: Wire, name: string): 'dialler' | 'listener' {
  return names.dialler === name ? 'dialler' : 'listener';
}

function endsOf({ dialler, listener, names }: Wire): readonly (readonly [WorldNode, string])[] {
  return [
    [dialler, names.dialler],
    [listener, names.listener],
  ];
}
