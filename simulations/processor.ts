/**
 * What a core shard's thread would have used of a processor, in a world where computing takes no time: counted, and told as
 * production shards tell it, so that edges and the scheduler see nodes that are as busy as they would be.
 */
import type { ShardLoaded } from '../actors/node/messages.ts';
import { addressOf } from '../actors/runtime/address.ts';
import type { ActorSystem } from '../actors/runtime/system.ts';
import type { Role } from '../actors/scheduler/messages.ts';
import { HANDSHAKE_STEPS_PER_TURN } from '../actors/shard/handshake-turns.ts';
import { startHeartbeat } from '../actors/shard/heartbeat.ts';
import type { Clock, LoopTimes } from '../transports/clock.ts';
import { CPU_MS_PER_JOIN, CPU_US_PER_PACKET } from './measured-costs.ts';
import type { ShardWorld } from './shard-world.ts';

export interface Processor {
  /** To a viewer, µs. */
  readonly packetUs: number;
  /** A join, ms. */
  readonly joinMs: number;
}

/** One core as benches were run on. */
export const measuredProcessor: Processor = { packetUs: CPU_US_PER_PACKET, joinMs: CPU_MS_PER_JOIN };

/** A turn of the event loop that is full of handshakes; each counts as all that a join costs. */
export function turnMsOf({ joinMs }: Processor): number {
  return HANDSHAKE_STEPS_PER_TURN * joinMs;
}

interface LoadedNode {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly system: ActorSystem;
  readonly shards: readonly ShardWorld[];
}

/** Tells the node's edges and its membership, every second, what each of its cores has used, until what it returns is called. */
export function tellLoads(
  clock: Clock,
  processor: Processor,
  { name, roles, system, shards }: LoadedNode,
): () => void {
  const edges = (['push', 'pull'] as const).filter(role => roles.includes(role));
  const listeners = [...edges.map(role => `/${role}-edge`), '/membership'].map(path => addressOf(name, path));
  const stops = shards.map(({ shard: running }, shard) => {
    const usage = new CoreUsage(processor, clock.nowMs());
    const report = () => running.plane.report(clock.nowMs());
    return startHeartbeat({
      clock,
      loopTimes: () => usage.times(clock.nowMs(), report()),
      report: async () => report(),
      say(message) {
        if (message.kind !== 'load') return;
        const loaded: ShardLoaded = { type: 'shard-loaded', shard, load: message.load };
        for (const listener of listeners) system.tell(listener, loaded);
      },
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

type Report = ReturnType<ShardWorld['shard']['plane']['report']>;

/** Who has come and gone between two looks is not counted as a join. */
class CoreUsage {
  readonly #processor: Processor;
  readonly #startedAtMs: number;
  #viewers = 0;
  #joins = 0;
  #lookedAtMs: number;
  #usedMs = 0;

  constructor(processor: Processor, nowMs: number) {
    this.#processor = processor;
    this.#startedAtMs = nowMs;
    this.#lookedAtMs = nowMs;
  }

  times(nowMs: number, { viewers, counters }: Report): LoopTimes {
    this.#joins += Math.max(0, viewers - this.#viewers);
    this.#viewers = viewers;
    const { packetUs, joinMs } = this.#processor;
    const wantedMs = ((counters.packets_sent_total ?? 0) * packetUs) / 1000 + this.#joins * joinMs;
    // What is more than a core can do is left for the next second.
    this.#usedMs = Math.min(wantedMs, this.#usedMs + nowMs - this.#lookedAtMs);
    this.#lookedAtMs = nowMs;
    return {
      cpuMs: this.#usedMs,
      busyMs: this.#usedMs,
      idleMs: nowMs - this.#startedAtMs - this.#usedMs,
    };
  }
}
