/**
 * A cluster on one virtual clock and network: nodes with a core shard each, joined by links in memory where ZeroMQ would
 * be and by relay links over the virtual network, and one scheduler.
 */

import { type Address, addressOf } from '../actors/runtime/address.ts';
import { ActorSystem } from '../actors/runtime/system.ts';
import { membership } from '../actors/scheduler/membership.ts';
import type { ClusterReport, Role } from '../actors/scheduler/messages.ts';
import { scheduler } from '../actors/scheduler/scheduler.ts';
import { shardPath } from '../actors/sessions/facts.ts';
import { streamPlaces } from '../actors/stream/stream-places.ts';
import { createShardMemories } from '../transports/memory/shard-memories.ts';
import { deriveLinkSecrets, type LinkSecrets } from '../transports/relay/link-keys.ts';
import type { LinkSettings } from './impairment.ts';
import { type MemoryLink, memoryLink } from './memory-link.ts';
import { VirtualNetwork } from './network.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { ShardWorld } from './shard-world.ts';
import { drive, type Quiet, VirtualClock } from './virtual-clock.ts';

const RELAY_PORT = 7100;
/** Clients of each shard have a network of their own, apart from those of the nodes. */
const FIRST_CLIENTS = 100;
const MOST_CORES = 4;
const ASK_TIMEOUT_MS = 5000;

export interface NodePlan {
  readonly name: string;
  readonly idc: string;
  readonly roles: readonly Role[];
  /** Core shards; by default one. */
  readonly cores?: number;
  /** How far its wall clock is ahead of the others, ms. */
  readonly clockAheadMs?: number;
}

export interface ClusterNode extends NodePlan {
  readonly address: string;
  readonly system: ActorSystem;
  /** The first of its shards. */
  readonly shard: ShardWorld;
  readonly shards: readonly ShardWorld[];
}

export class ClusterWorld {
  readonly clock = new VirtualClock();
  readonly network: VirtualNetwork;
  readonly nodes = new Map<string, ClusterNode>();
  readonly log: object[] = [];
  readonly #random: SeededRandom;
  readonly #secrets: LinkSecrets;
  readonly #plans: readonly NodePlan[];
  readonly #links = new Map<string, MemoryLink>();

  constructor(seed: number, plans: readonly NodePlan[], link: LinkSettings = { delayMs: 5 }) {
    this.#random = seededRandom(seed);
    this.network = new VirtualNetwork(this.clock, this.#random, link);
    const keys = this.#random.fork('cluster keys');
    this.#secrets = deriveLinkSecrets(keys.bytes(32), keys.bytes(32));
    this.#plans = plans;
  }

  node(name: string): ClusterNode {
    const found = this.nodes.get(name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  async start(): Promise<void> {
    // A moment of its own for every node: incarnations come from the clock.
    for (const [index, plan] of this.#plans.entries()) {
      this.clock.advanceBy(1);
      await this.#startNode(plan, index);
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
    for (const [ends, link] of this.#links) if (ends.split(' ').includes(name)) link.close();
  }

  /** For a while, or for good, the two nodes hear nothing of each other by relay links. */
  cut(one: string, other: string, isCut: boolean): void {
    const [a, b] = [this.node(one).address, this.node(other).address];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      if (isCut) this.network.blackout(from, to);
      else this.network.restore(from, to);
    }
  }

  /** What the scheduler knows. */
  async report(): Promise<ClusterReport> {
    const [first] = this.nodes.values();
    const answer = first!.system.ask<ClusterReport>(
      this.#scheduler,
      { type: 'report-cluster' },
      ASK_TIMEOUT_MS,
    );
    await this.pass(10);
    return answer;
  }

  async stop(): Promise<void> {
    for (const { system, shards } of this.nodes.values()) {
      for (const shard of shards) await shard.stop();
      await system.stop();
    }
  }

  get #scheduler(): Address {
    const plan = this.#plans.find(({ roles }) => roles.includes('scheduler'));
    if (plan === undefined) throw new Error('no node of this cluster is a scheduler');
    return addressOf(plan.name, '/scheduler');
  }

  #systems(): readonly Quiet[] {
    return [...this.nodes.values()].flatMap(({ system, shards }) => [
      system,
      ...shards.map(({ shard }) => shard.system),
    ]);
  }

  async #startNode(plan: NodePlan, index: number): Promise<void> {
    const { cores = 1, clockAheadMs = 0 } = plan;
    const address = `10.${index + 1}.0.1`;
    const incarnation = Math.floor(this.clock.wallMs());
    const log = (entry: object) => this.log.push({ node: plan.name, ...entry });
    const system = new ActorSystem({
      node: plan.name,
      root: '',
      clock: this.clock,
      random: this.#random,
      ports: { log: entry => log(entry as object), links: () => {} },
      log,
    });
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
              scheduler: this.#scheduler,
            },
            ...(memories !== undefined && { core: { shard, memories } }),
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
    const node: ClusterNode = { ...plan, address, system, shards, shard: shards[0]! };
    for (const other of this.nodes.values()) this.#connect(node, other);
    this.nodes.set(plan.name, node);
    if (plan.roles.includes('scheduler')) system.start('/scheduler', scheduler, null);
  }

  #join({ name, idc, roles, address, system, shards }: ClusterNode): void {
    system.start('/membership', membership, {
      schedulers: [this.#scheduler],
      self: {
        node: name,
        incarnation: Math.floor(this.clock.wallMs()),
        idc,
        roles,
        relay: { address, port: RELAY_PORT },
      },
      shards: shards.length,
    });
  }

  #connect(one: ClusterNode, other: ClusterNode): void {
    const link = memoryLink();
    one.system.attachNode(other.name, link.ends[0]);
    other.system.attachNode(one.name, link.ends[1]);
    this.#links.set(`${one.name} ${other.name}`, link);
  }
}
