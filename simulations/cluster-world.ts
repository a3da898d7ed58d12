/**
 * A cluster on one virtual clock and network: nodes with a core shard each, joined by links in memory where ZeroMQ would
 * be and by relay links over the virtual network, and one scheduler.
 */

import type { ControlSettings } from '../actors/forwarding/control/forwarding-control.ts';
import type { Location } from '../actors/geo/location.ts';
import { drain } from '../actors/node/drain.ts';
import { edge } from '../actors/node/edge.ts';
import { type Address, addressOf } from '../actors/runtime/address.ts';
import { ActorSystem } from '../actors/runtime/system.ts';
import { membership } from '../actors/scheduler/membership.ts';
import type { ClusterReport, Role } from '../actors/scheduler/messages.ts';
import { scheduler } from '../actors/scheduler/scheduler.ts';
import { shardPath } from '../actors/sessions/facts.ts';
import { streamPlaces } from '../actors/stream/stream-places.ts';
import { StreamHolders } from '../gateway/stream-holders.ts';
import { createShardMemories } from '../transports/memory/shard-memories.ts';
import { deriveLinkSecrets, type LinkSecrets } from '../transports/relay/link-keys.ts';
import type { MakeSeal } from '../transports/relay/sealing.ts';
import { ControlLinks } from './control-links.ts';
import type { LinkSettings } from './impairment.ts';
import { memoryLink } from './memory-link.ts';
import { VirtualNetwork } from './network.ts';
import { addressOfNode, RELAY_PORT } from './node-addresses.ts';
import { Overlaps } from './overlaps.ts';
import { type Processor, tellLoads, turnMsOf } from './processor.ts';
import { runningShards } from './running-shards.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { ShardWorld } from './shard-world.ts';
import { drive, type Quiet, VirtualClock } from './virtual-clock.ts';

/** Clients of each shard have a network of their own, apart from those of the nodes. */
const FIRST_CLIENTS = 100;
const MOST_CORES = 4;
const ASK_TIMEOUT_MS = 5000;

export interface NodePlan {
  readonly name: string;
  readonly idc: string;
  readonly location?: Location;
  readonly roles: readonly Role[];
  /** Core shards; by default one. */
  readonly cores?: number;
  /** How far its wall clock is ahead of the others, ms. */
  readonly clockAheadMs?: number;
  /** What its lines take, as its operator says. */
  readonly mostBitsPerSecond?: number;
}

export interface ClusterNode extends NodePlan {
  readonly address: string;
  readonly system: ActorSystem;
  /** The first of its shards. */
  readonly shard: ShardWorld;
  readonly shards: readonly ShardWorld[];
  /** As its gateway has them: for all that it is asked. */
  readonly holders: StreamHolders;
  readonly incarnation: number;
}

export interface ClusterWorldOptions {
  /** The line from one node to another, for media and control; without it all lines are `link`, and control takes no time. */
  readonly lineOf?: (from: NodePlan, to: NodePlan) => LinkSettings;
  /** The line where one of the two addresses is none of a node's. */
  readonly clientLineOf?: (from: string, to: string) => LinkSettings;
  readonly control?: ControlSettings;
  /** Up to which relay links look for a longer MTU, and whether datagrams go whole: ShardPlace. By default they do not look. */
  readonly mostMtuBytes?: number;
  readonly sendsWhole?: boolean;
  /** What relay links are sealed by; by default as in production. */
  readonly makeSeal?: MakeSeal;
  /** What cores are told to have taken; without it computing takes nothing, and no node is ever busy. */
  readonly processor?: Processor;
}

export class ClusterWorld {
  readonly clock = new VirtualClock();
  readonly network: VirtualNetwork;
  /** Those that run. */
  readonly nodes = new Map<string, ClusterNode>();
  readonly log: object[] = [];
  /** What has thrown in a shard and could not be mended. */
  readonly failures: unknown[] = [];
  readonly plans: readonly NodePlan[];
  readonly #random: SeededRandom;
  readonly #secrets: LinkSecrets;
  readonly #options: ClusterWorldOptions;
  readonly #control: ControlLinks;
  /** Of lines, in one direction. */
  readonly #cuts = new Overlaps();
  /** By node: what ends its word of its load. */
  readonly #loads = new Map<string, () => void>();

  constructor(
    seed: number,
    plans: readonly NodePlan[],
    link: LinkSettings = { delayMs: 5 },
    options: ClusterWorldOptions = {},
  ) {
    this.#random = seededRandom(seed);
    const { lineOf, clientLineOf } = options;
    const byAddress = new Map(plans.map((plan, index) => [addressOfNode(index), plan]));
    this.network = new VirtualNetwork(this.clock, this.#random, (from, to) => {
      const [one, other] = [byAddress.get(from), byAddress.get(to)];
      if (one === undefined || other === undefined) return clientLineOf?.(from, to) ?? link;
      return lineOf?.(one, other) ?? link;
    });
    const keys = this.#random.fork('cluster keys');
    this.#secrets = deriveLinkSecrets(keys.bytes(32), keys.bytes(32));
    this.plans = plans;
    this.#options = options;
    const byName = new Map(plans.map(plan => [plan.name, plan]));
    this.#control = new ControlLinks(
      this.clock,
      (one, other) => lineOf && (lineOf(byName.get(one)!, byName.get(other)!).delayMs ?? 0),
    );
  }

  node(name: string): ClusterNode {
    const found = this.nodes.get(name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  async start(): Promise<void> {
    // A moment of its own for every node: incarnations come from the clock.
    for (const plan of this.plans) {
      this.clock.advanceBy(1);
      await this.#startNode(plan);
    }
    for (const node of this.nodes.values()) this.#join(node);
    await this.pass(2000);
  }

  /** Lets `durationMs` of virtual time pass everywhere. */
  async pass(durationMs: number): Promise<void> {
    await drive(this.clock, this.#systems(), this.clock.nowMs() + durationMs);
  }

  /** The node is dead to all others, as if its process had been killed: control links break, and nothing else comes. */
  die(name: string): void {
    const { address } = this.node(name);
    for (const other of this.nodes.values()) {
      this.network.blackout(address, other.address);
      this.network.blackout(other.address, address);
    }
    this.#control.remove(name);
  }

  /** The node's process is gone, without a word to anybody, and with all that it knew. */
  async kill(name: string): Promise<void> {
    const { address, system, shards } = this.node(name);
    this.network.closeAll(address);
    this.#control.remove(name);
    this.#loads.get(name)?.();
    for (const shard of shards) await shard.stop();
    await system.stop();
    this.nodes.delete(name);
  }

  /** A new process of a node that was killed. */
  async revive(name: string): Promise<void> {
    const plan = this.plans.find(one => one.name === name);
    if (plan === undefined || this.nodes.has(name)) throw new Error(`${name} is no node that is down`);
    this.#join(await this.#startNode(plan));
  }

  /** For a while, or for good, the two nodes hear nothing of each other by relay links; of two cuts the last to end counts. */
  cut(one: string, other: string, isCut: boolean): void {
    this.cutOneWay(one, other, isCut);
    this.cutOneWay(other, one, isCut);
  }

  /** Likewise, but only from the one to the other. */
  cutOneWay(from: string, to: string, isCut: boolean): void {
    const [a, b] = [this.addressOf(from), this.addressOf(to)];
    if (!this.#cuts.turn(`${a} ${b}`, isCut)) return;
    if (isCut) this.network.blackout(a, b);
    else this.network.restore(a, b);
  }

  /** Their control link stalls, and is given up after a while; or the line is there again, likewise. */
  cutControl(one: string, other: string, isCut: boolean): void {
    this.#control.cut(one, other, isCut);
  }

  /** Of a node that runs or does not. */
  addressOf(name: string): string {
    const index = this.plans.findIndex(plan => plan.name === name);
    if (index === -1) throw new Error(`there is no node ${name}`);
    return addressOfNode(index);
  }

  /** What the scheduler knows. */
  async report(): Promise<ClusterReport> {
    const { scheduler } = this;
    const answer = this.node(scheduler.node).system.ask<ClusterReport>(
      scheduler,
      { type: 'report-cluster' },
      ASK_TIMEOUT_MS,
    );
    await this.pass(10);
    return answer;
  }

  async stop(): Promise<void> {
    for (const stop of this.#loads.values()) stop();
    for (const { system, shards } of this.nodes.values()) {
      for (const shard of shards) await shard.stop();
      await system.stop();
    }
  }

  get scheduler(): Address {
    const plan = this.plans.find(({ roles }) => roles.includes('scheduler'));
    if (plan === undefined) throw new Error('no node of this cluster is a scheduler');
    return addressOf(plan.name, '/scheduler');
  }

  #systems(): readonly Quiet[] {
    return [...this.nodes.values()].flatMap(({ system, shards }) => [
      system,
      ...shards.map(({ shard }) => shard.system),
    ]);
  }

  async #startNode(plan: NodePlan): Promise<ClusterNode> {
    const { cores = 1, clockAheadMs = 0 } = plan;
    const index = this.plans.indexOf(plan);
    const address = addressOfNode(index);
    const incarnation = Math.floor(this.clock.wallMs());
    const log = (entry: object) => this.log.push({ node: plan.name, ...entry });
    const system = new ActorSystem({
      node: plan.name,
      root: '',
      clock: this.clock,
      random: this.#random,
      ports: { log: entry => log(entry as object), links: () => {} },
      log,
      onRootFailure: error => this.failures.push(error),
    });
    const { control, mostMtuBytes, sendsWhole, makeSeal, processor } = this.#options;
    const memories = cores === 1 ? undefined : createShardMemories(cores);
    const shards = Array.from(
      { length: cores },
      (_, shard) =>
        new ShardWorld(
          0,
          {},
          {
            clock: this.clock,
            clockAheadMs,
            network: this.network,
            random: this.#random,
            node: plan.name,
            address,
            clients: `10.${FIRST_CLIENTS + MOST_CORES * index + shard}`,
            relay: {
              port: RELAY_PORT + shard,
              listenAddress: address,
              advertisedAddress: address,
              incarnation,
              secrets: this.#secrets,
              scheduler: this.scheduler,
              ...(mostMtuBytes !== undefined && { mostMtuBytes }),
            },
            ...(sendsWhole !== undefined && { sendsWhole }),
            ...(memories !== undefined && { core: { shard, memories } }),
            ...(control !== undefined && { control }),
            ...(makeSeal !== undefined && { makeSeal }),
            ...(processor !== undefined && { turnMs: turnMsOf(processor) }),
            log: entry => log(entry),
            onFailure: error => this.failures.push(error),
            others: () => this.#systems(),
          },
        ),
    );
    if (cores > 1) system.start('/stream-places', streamPlaces, null);
    for (const [shard, world] of shards.entries()) {
      await world.start();
      const link = memoryLink();
      system.attach(shardPath(shard), link.ends[0]);
      world.shard.system.setDefaultRoute(link.ends[1]);
    }
    const holders = new StreamHolders(system, this.clock, plan.name, plan.idc);
    const node: ClusterNode = { ...plan, address, system, shards, shard: shards[0]!, holders, incarnation };
    for (const other of this.nodes.values()) this.#control.connect(node, other);
    this.nodes.set(plan.name, node);
    if (plan.roles.includes('scheduler')) system.start('/scheduler', scheduler, null);
    return node;
  }

  #join(node: ClusterNode): void {
    const { name, idc, location, roles, address, system, shards, incarnation, mostBitsPerSecond } = node;
    const edges = (['push', 'pull'] as const).filter(role => roles.includes(role));
    system.start(
      '/shards',
      runningShards,
      shards.map(({ shard }) => shard.facts),
    );
    for (const role of edges) system.start(`/${role}-edge`, edge(`${role}-edge`), null);
    system.start('/drain', drain, {
      shards: shards.length,
      edges: edges.map(role => addressOf(name, `/${role}-edge`)),
    });
    system.start('/membership', membership, {
      schedulers: [this.scheduler],
      self: {
        node: name,
        incarnation,
        idc,
        ...(location !== undefined && { location }),
        roles,
        relay: { address, port: RELAY_PORT },
      },
      shards: shards.length,
      ...(mostBitsPerSecond !== undefined && { mostBitsPerSecond }),
    });
    const { processor } = this.#options;
    if (processor === undefined) return;
    this.#loads.set(name, tellLoads(this.clock, processor, { name, roles, system, shards }));
  }
}
