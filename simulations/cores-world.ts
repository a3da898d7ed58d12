/**
 * One node with several core shards on one virtual clock and network: in one thread, where in production each has its own,
 * and with the memory that they share.
 */
import { ActorSystem } from '../actors/runtime/system.ts';
import { streamPlaces } from '../actors/stream/stream-places.ts';
import { createShardMemories } from '../transports/memory/shard-memories.ts';
import type { LinkSettings } from './impairment.ts';
import { memoryLink } from './memory-link.ts';
import { VirtualNetwork } from './network.ts';
import { LONE_NODE_ADDRESS } from './node-addresses.ts';
import { seededRandom } from './seeded-random.ts';
import { ShardWorld } from './shard-world.ts';
import { drive, type Quiet, VirtualClock } from './virtual-clock.ts';

const NODE = 'sim-1';

export class CoresWorld {
  readonly clock = new VirtualClock();
  readonly shards: readonly ShardWorld[];
  readonly #system: ActorSystem;

  constructor(seed: number, cores: number, link: LinkSettings = { delayMs: 10 }) {
    const { clock } = this;
    const random = seededRandom(seed);
    const network = new VirtualNetwork(clock, random, link);
    const memories = createShardMemories(cores);
    const log = () => {};
    this.#system = new ActorSystem({ node: NODE, root: '', clock, random, ports: { log }, log });
    this.shards = Array.from(
      { length: cores },
      (_, shard) =>
        new ShardWorld(0, link, {
          clock,
          network,
          random,
          node: NODE,
          address: LONE_NODE_ADDRESS,
          clients: `10.${shard + 1}`,
          core: { shard, memories },
          others: () => this.#systems(),
        }),
    );
  }

  async start(): Promise<void> {
    this.#system.start('/stream-places', streamPlaces, null);
    for (const [shard, world] of this.shards.entries()) {
      await world.start();
      const link = memoryLink();
      this.#system.attach(`/shards/shard-${shard}`, link.ends[0]);
      world.shard.system.setDefaultRoute(link.ends[1]);
    }
  }

  /** Lets `durationMs` of virtual time pass everywhere. */
  async pass(durationMs: number): Promise<void> {
    await drive(this.clock, this.#systems(), this.clock.nowMs() + durationMs);
  }

  async stop(): Promise<void> {
    for (const shard of this.shards) await shard.stop();
    await this.#system.stop();
  }

  #systems(): readonly Quiet[] {
    return [this.#system, ...this.shards.map(({ shard }) => shard.system)];
  }
}
