/** What the node's own actors say to each other, and hear from the ports that start threads and listen for HTTP. */
import type { Address } from '../runtime/address.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import type { ShardLoad } from '../shard/load-meter.ts';
import type { WeighedShard } from './shard-choice.ts';

/** From `shards`: the shards that can take sessions. */
export interface ShardsReady {
  readonly type: 'shards-ready';
  /** How many there are when all are ready. */
  readonly count: number;
  readonly shards: readonly ShardFacts[];
}

/** To `shards`: answered by ShardsReady. */
export interface WhoIsReady {
  readonly type: 'who-is-ready';
  readonly replyTo: Address;
}

/** To the port `workers`, from `shards`; answered by WorkerReady, or by WorkerEnded whenever it ends. */
export interface StartWorker {
  readonly do: 'start';
  readonly shard: number;
}

export interface StopWorkers {
  readonly do: 'stop-all';
}

export interface WorkerReady {
  readonly type: 'worker-ready';
  readonly facts: ShardFacts;
}

export interface WorkerEnded {
  readonly type: 'worker-ended';
  readonly shard: number;
  readonly reason: string;
  /** Starting it again would fail: it never got ready, or its thread cannot be ended. */
  readonly isFinal: boolean;
}

/** To `shards`, and on to whoever is told which shards are ready: every second, from each. */
export interface ShardLoaded {
  readonly type: 'shard-loaded';
  readonly shard: number;
  readonly load: ShardLoad;
}

/** To `shards`: answered by ShardLoads. */
export interface ReportLoads {
  readonly type: 'report-loads';
  readonly replyTo: Address;
}

export interface ShardLoads {
  readonly type: 'shard-loads';
  /** Those that run. */
  readonly shards: readonly LoadedShard[];
}

export interface LoadedShard extends WeighedShard {
  /** Its UDP port, for clients. */
  readonly port: number;
}

/** To the port `http`, from `gateway`; answered by Listening or NotListening. */
export interface HttpCommand {
  readonly do: 'listen' | 'close';
}

export interface Listening {
  readonly type: 'listening';
  readonly url: string;
}

export interface NotListening {
  readonly type: 'not-listening';
  readonly reason: string;
}

/** From the node to whoever started it. */
export type NodeReport =
  /** `url` is absent on a node that serves no HTTP. */
  | { readonly type: 'node-ready'; readonly url?: string; readonly shards: readonly ShardFacts[] }
  | { readonly type: 'node-failed'; readonly reason: string };
