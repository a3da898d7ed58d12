/**
 * A cluster that carries streams as flows: nobody sends a packet, but the scheduler's own registry, placement and choice of
 * parents say where each publisher and each viewer goes and by which nodes each stream comes, and nodes announce the loads
 * that follow from that.
 */
import { addressOf } from '../../actors/runtime/address.ts';
import type { AnnouncedStream, Register } from '../../actors/scheduler/messages.ts';
import { findParent } from '../../actors/scheduler/parents.ts';
import { spotOf } from '../../actors/scheduler/path-cost.ts';
import { Registry } from '../../actors/scheduler/registry.ts';
import { PATH_MAX_NODES } from '../../transports/relay/limits.ts';
import type { NodePlan } from '../cluster-world.ts';
import { circleIn } from '../invariants/no-loop.ts';
import { type CarriedStream, crossings } from '../invariants/one-crossing.ts';
import { RELAY_PORT } from '../node-addresses.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { SitePlan } from '../topology.ts';

/** Of each node: as the machines of the reference test have them, an eighth of its 32. */
const CORES = 4;
/** Of each node. */
const MOST_BITS_PER_SECOND = 10e9;
/** Payload of a packet of video or sound together, on average. */
const BYTES_PER_PACKET = 900;

export interface FlowClass {
  readonly stream: string;
  readonly kbps: number;
  /** Where the teacher and each of the students are. */
  readonly teacherAt: SitePlan;
  readonly studentsAt: readonly SitePlan[];
}

/** A stream as a node has it: published there where it has no parent. */
interface Carried {
  readonly kbps: number;
  readonly parent: string | undefined;
  viewers: number;
}

interface FlowNode {
  readonly plan: NodePlan;
  readonly streams: Map<string, Carried>;
  incarnation: number;
  isDown: boolean;
}

export interface FlowCounts {
  placed: number;
  /** Nobody had room. */
  refused: number;
  /** Parents that nodes were named. */
  parents: number;
  /** Streams that were begun anew since a node went down. */
  moved: number;
}

export class FlowCluster {
  readonly counts: FlowCounts = { placed: 0, refused: 0, parents: 0, moved: 0 };
  /** What does not hold, in words. */
  readonly wrong: string[] = [];
  readonly #registry = new Registry();
  readonly #nodes: ReadonlyMap<string, FlowNode>;
  readonly #random: SeededRandom;
  readonly #classes = new Map<string, FlowClass>();
  #nowMs = 0;
  #epoch = 0;

  constructor(plans: readonly NodePlan[], random: SeededRandom) {
    this.#nodes = new Map(
      plans.map(plan => [plan.name, { plan, streams: new Map(), incarnation: 1, isDown: false }]),
    );
    this.#random = random;
    this.announce(0);
  }

  /** All nodes say how they are; who is down has been silent for long enough. */
  announce(nowMs: number): void {
    this.#nowMs = nowMs;
    for (const node of this.#nodes.values()) if (!node.isDown) this.#register(node);
    this.#registry.advance(nowMs);
    this.#forgetChanges();
  }

  begin(one: FlowClass): void {
    const { stream, kbps, teacherAt, studentsAt } = one;
    const origin = this.#place('push', teacherAt);
    if (origin === undefined) return;
    this.#epoch += 1;
    this.#classes.set(stream, one);
    origin.streams.set(stream, { kbps, parent: undefined, viewers: 0 });
    this.#registry.streamChanged(origin.plan.name, origin.incarnation, stream, this.#epoch, true);
    for (const site of studentsAt) {
      const edge = this.#place('pull', site, stream);
      if (edge === undefined) continue;
      this.#fetch(edge, stream, kbps);
      const carried = edge.streams.get(stream);
      if (carried !== undefined) carried.viewers += 1;
    }
    this.#forgetChanges();
    this.#check(one);
  }

  end(stream: string): void {
    if (!this.#classes.delete(stream)) return;
    for (const node of this.#nodes.values()) {
      if (!node.streams.delete(stream)) continue;
      if (!node.isDown) this.#register(node);
    }
    this.#forgetChanges();
  }

  /** The node is gone: what it carried is begun anew by way of others. */
  kill(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined || node.isDown) return;
    node.isDown = true;
    const address = addressOfNode(node);
    this.#registry.down(this.#nowMs, address, 'no connection');
    const classes = [...node.streams.keys()].flatMap(stream => this.#classes.get(stream) ?? []);
    for (const one of classes) this.end(one.stream);
    for (const one of classes) this.begin(one);
    this.counts.moved += classes.length;
  }

  revive(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined || !node.isDown) return;
    node.isDown = false;
    node.incarnation += 1;
    this.#register(node);
    this.#forgetChanges();
  }

  get classes(): number {
    return this.#classes.size;
  }

  get viewers(): number {
    return this.#sum(node => sumOf(node.streams.values(), ({ viewers }) => viewers));
  }

  /** Of the edge that has the least room: from 1 on it is full. */
  get mostFull(): number {
    return Math.max(0, ...[...this.#nodes.keys()].map(name => this.#registry.placement.fullness(name) ?? 0));
  }

  /** Between each two sites that have any, in that direction: streams, and what they take. */
  crossings(): readonly {
    readonly from: string;
    readonly to: string;
    readonly streams: number;
    readonly kbps: number;
  }[] {
    const found = new Map<string, { from: string; to: string; streams: number; kbps: number }>();
    for (const { plan, streams } of this.#nodes.values())
      for (const { parent, kbps } of streams.values()) {
        const from = parent === undefined ? plan.idc : this.#nodes.get(parent)!.plan.idc;
        if (from === plan.idc) continue;
        const key = `${from} ${plan.idc}`;
        const line = found.get(key) ?? { from, to: plan.idc, streams: 0, kbps: 0 };
        found.set(key, { ...line, streams: line.streams + 1, kbps: line.kbps + kbps });
      }
    return [...found.values()];
  }

  #place(role: 'push' | 'pull', site: SitePlan, stream?: string): FlowNode | undefined {
    const { at, region } = site;
    const origin = stream === undefined ? undefined : this.#registry.streams.origin(stream);
    const source = origin && this.#registry.node(origin.node);
    const client = spotOf(undefined, { at, region });
    const wish = { role, client, exclude: [], source: source?.spot };
    const chosen = this.#registry.placement.place(wish, () => this.#random.unit());
    if (chosen === undefined) this.counts.refused += 1;
    else this.counts.placed += 1;
    return chosen === undefined ? undefined : this.#nodes.get(chosen);
  }

  /** The node has the stream from now on, and so do those by which it comes: as many as links let a request come by. */
  #fetch(node: FlowNode, stream: string, kbps: number): void {
    const path: string[] = [];
    for (let asker = node; !asker.streams.has(stream) && path.length < PATH_MAX_NODES; ) {
      const { name } = asker.plan;
      const found = findParent(this.#registry.view(stream), name, { path });
      if (!found.found) {
        this.wrong.push(`${name} finds no parent for ${stream}: ${found.reason}`);
        return;
      }
      this.counts.parents += 1;
      this.#registry.noteParent(this.#nowMs, stream, name, found.node);
      asker.streams.set(stream, { kbps, parent: found.node, viewers: 0 });
      this.#register(asker);
      path.push(name);
      asker = this.#nodes.get(found.node)!;
    }
  }

  /** It comes into each site that has a relay once, and from its origin on every way. */
  #check({ stream }: FlowClass): void {
    const carried = this.#carriersOf(stream);
    const carriers = new Set(carried.map(({ node }) => node));
    const parents = new Map<string, string>();
    for (const { node, parent } of carried) {
      if (parent === undefined) continue;
      parents.set(node, parent);
      if (!carriers.has(parent))
        this.wrong.push(`${node} fetches ${stream} from ${parent}, which does not have it`);
    }
    const circle = circleIn(parents);
    if (circle !== undefined) this.wrong.push(`${stream} goes in a circle: ${circle.join(', ')}`);
    for (const [key, nodes] of crossings(carried, name => this.#nodes.get(name)?.plan.idc))
      if (nodes.length > 1 && this.#hasRelay(this.#nodes.get(nodes[0]!)!.plan.idc))
        this.wrong.push(`${key}: fetched from other sites by ${nodes.join(' and ')}`);
  }

  #carriersOf(stream: string): readonly CarriedStream[] {
    return [...this.#nodes.values()].flatMap(({ plan: { name, idc }, streams }) => {
      const carried = streams.get(stream);
      return carried === undefined ? [] : [{ stream, node: name, idc, parent: carried.parent }];
    });
  }

  #hasRelay(idc: string): boolean {
    return [...this.#nodes.values()].some(
      ({ plan, isDown }) => !isDown && plan.idc === idc && plan.roles.includes('relay'),
    );
  }

  #register(node: FlowNode): void {
    const { plan, streams, incarnation } = node;
    const { name, idc, location, roles } = plan;
    const address = addressOfNode(node);
    const announced = [...streams].map(
      ([stream, { parent, viewers }]): AnnouncedStream => ({
        stream,
        epoch: this.#registry.streams.origin(stream)?.epoch ?? this.#epoch,
        viewers,
        ...(parent === undefined ? { kind: 'origin' } : { kind: 'carried', parent }),
      }),
    );
    const publishers = announced.filter(({ kind }) => kind === 'origin').length;
    const viewers = sumOf(streams.values(), one => one.viewers);
    const bitsPerSecond = 1000 * sumOf(streams.values(), one => one.kbps * (one.viewers + 1));
    const facts: Register = {
      type: 'register',
      node: name,
      incarnation,
      idc,
      ...(location !== undefined && { location }),
      roles,
      relay: { address: name, port: RELAY_PORT },
      load: {
        publishers,
        viewers,
        cores: CORES,
        packetsPerSecond: bitsPerSecond / 8 / BYTES_PER_PACKET,
        bitsPerSecond,
        mostBitsPerSecond: MOST_BITS_PER_SECOND,
        measuredAtMs: this.#nowMs,
      },
      streams: announced,
      address,
      replyTo: address,
    };
    this.#registry.register(this.#nowMs, this.#nowMs, facts);
  }

  #sum(of: (node: FlowNode) => number): number {
    return sumOf(this.#nodes.values(), of);
  }

  /** They are for a log, and nobody reads one here. */
  #forgetChanges(): void {
    while (this.#registry.poll() !== undefined);
  }
}

function addressOfNode({ plan, incarnation }: FlowNode) {
  return { ...addressOf(plan.name, '/membership'), incarnation };
}

function sumOf<T>(all: Iterable<T>, of: (one: T) => number): number {
  let sum = 0;
  for (const one of all) sum += of(one);
  return sum;
}
