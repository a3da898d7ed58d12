/** What the node's own actors say to each other, and hear from the ports that start threads and listen for HTTP. */
import type { Address } from '../runtime/address.ts';
import type { ShardFacts } from '../sessions/facts.ts';

/** From `shards`: the shards that can take sessions. */
export interface ShardsReady {
  readonly type: 'shards-ready';
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
  /** It never got ready: starting it again would fail in the same way. */
  readonly atStart: boolean;
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
