/**
 * A cluster on one virtual clock and network: nodes with a core shard each, joined by links in memory where ZeroMQ would
 * be and by relay links over the virtual network, and one scheduler.
 */

import { type Address, addressOf } from '../actors/runtime/address.ts';
import { ActorSystem } from '../actors/runtime/system.ts';
import { membership } from '../actors/scheduler/membership.ts';
import type { ClusterReport, Role } from '../actors/scheduler/messages.ts';
import { scheduler } from '../actors/scheduler/scheduler.ts';
import { deriveLinkSecrets, type LinkSecrets } from '../transports/relay/link-keys.ts';
import type { LinkSettings } from './impairment.ts';
import { type MemoryLink, memoryLink } from './memory-link.ts';
import { VirtualNetwork } from './network.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { ShardWorld } from './shard-world.ts';
import { drive, type Quiet, VirtualClock } from './virtual-clock.ts';

const RELAY_PORT = 7100;
const ASK_TIMEOUT_MS = 5000;

export interface NodePlan {
  readonly name: string;
  readonly idc: string;
  readonly roles: readonly Role[];
}

export interface ClusterNode extends NodePlan {
  readonly address: string;
  readonly system: ActorSystem;
  readonly shard: ShardWorld;
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
    for (const { system, shard } of this.nodes.values()) {
      await shard.stop();
      await system.stop();
    }
  }

  get #scheduler(): Address {
    const plan = this.#plans.find(({ roles }) => roles.includes('scheduler'));
    if (plan === undefined) throw new Error('no node of this cluster is a scheduler');
    return addressOf(plan.name, '/scheduler');
  }

  #systems(): readonly Quiet[] {
    return [...this.nodes.values()].flatMap(({ system, shard }) => [system, shard.shard.system]);
  }

  async #startNode(plan: NodePlan, index: number): Promise<void> {
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
    const shard = new ShardWorld(
      0,
      {},
      {
        clock: this.clock,
        network: this.network,
        random: this.#random,
        node: plan.name,
        address,
        clients: `10.${index + 1}`,
        relay: {
          port: RELAY_PORT,
          listenAddress: address,
          advertisedAddress: address,
          incarnation,
          secrets: this.#secrets,
          scheduler: this.#scheduler,
        },
        others: () => this.#systems(),
      },
    );
    await shard.start();
    const link = memoryLink();
    system.attach('/shards/shard-0', link.ends[0]);
    shard.shard.system.setDefaultRoute(link.ends[1]);
    const node: ClusterNode = { ...plan, address, system, shard };
    for (const other of this.nodes.values()) this.#connect(node, other);
    this.nodes.set(plan.name, node);
    if (plan.roles.includes('scheduler')) system.start('/scheduler', scheduler, null);
  }

  #join({ name, idc, roles, address, system }: ClusterNode): void {
    system.start('/membership', membership, {
      schedulers: [this.#scheduler],
      self: {
        node: name,
        incarnation: Math.floor(this.clock.wallMs()),
        idc,
        roles,
        relay: { address, port: RELAY_PORT },
      },
      shards: 1,
    });
  }

  #connect(one: ClusterNode, other: ClusterNode): void {
    const link = memoryLink();
    one.system.attachNode(other.name, link.ends[0]);
    other.system.attachNode(one.name, link.ends[1]);
    this.#links.set(`${one.name} ${other.name}`, link);
  }
}
