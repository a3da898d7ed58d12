/** What passes between a shard's worker thread and the thread that started it, besides the actors' own messages. */
import type { MessagePort } from 'node:worker_threads';
import type { ShardFacts } from '../sessions/facts.ts';
import type { ShardLoad } from './load-meter.ts';
import type { ShardSettings } from './run-shard.ts';

export interface WorkerStart {
  readonly settings: ShardSettings;
  /** The link by which actors here and there reach each other. */
  readonly link: MessagePort;
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly facts: ShardFacts; readonly warnings: readonly string[] }
  /** It could not start, or its root actor failed for good; the thread ends. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'log'; readonly entries: readonly object[] }
  /** Its loop turns. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'load'; readonly load: ShardLoad };

export type ToWorker = { readonly kind: 'stop' };
