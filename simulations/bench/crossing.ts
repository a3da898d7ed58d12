/**
 * The bench of crossing cores: how long a packet takes from one shard's thread to another's, what that adds to staying
 * within one while both are loaded, and how many cross in a second. No payload is copied on the way: the packet stays in
 * the sender's slab.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createQueueMemory } from '../../transports/memory/queue-memory.ts';
import { createSlabMemory } from '../../transports/memory/slab-memory.ts';
import { trackQuotas } from '../../transports/memory/slab-writer.ts';
import { createWakeMemory } from '../../transports/memory/wake-word.ts';
import { thousandths } from '../rounding.ts';
import { within } from './child.ts';
import {
  type CrossingPlan,
  type CrossingResult,
  type CrossingThreadData,
  crossingPlans,
  STREAMS,
} from './crossing-plans.ts';
import { quantileOfSorted, type Spread, spreadOf } from './quantiles.ts';

/** Until code is compiled. */
const WARM_UP_MS = 1_000;
/** For starting threads, and for what comes late. */
const SPARE_MS = 20_000;

export interface CrossingBenchOptions {
  readonly runs: number;
  /** How long each plan is measured in each run. */
  readonly seconds: number;
  /** Ends the bench, and its threads. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** All in milliseconds but for counts, and `busy`, the share of a core that the receiver took. */
export interface CrossingFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly packets: number;
  readonly packetsPerSecond: number;
  readonly dropped: number;
  readonly overwritten: number;
  readonly busy: number;
}

/** Medians of the runs; of what crossing adds, the extremes too. */
export interface CrossingReport extends Readonly<Record<CrossingPlan['name'], CrossingFigures>> {
  /** `loaded` less `sameThread` of the same run: what crossing adds. */
  readonly addedP50Ms: Spread;
  readonly addedP99Ms: Spread;
}

/** Rejects when a plan cannot be measured, or `signal` says to stop; no thread is left either way. */
export async function benchCrossing(options: CrossingBenchOptions): Promise<CrossingReport> {
  const { runs, seconds, onProgress } = options;
  const done: Record<CrossingPlan['name'], CrossingFigures[]> = {
    idle: [],
    sameThread: [],
    loaded: [],
    flood: [],
  };
  // Round by round, so that what else the machine does in the meantime falls on all plans.
  for (let round = 1; round <= runs; round += 1) {
    for (const plan of crossingPlans) {
      onProgress(`run ${round} of ${runs}: ${plan.name}`);
      done[plan.name].push(figuresOf(await runOnce(plan, options), seconds));
    }
  }
  const added = (field: 'p50Ms' | 'p99Ms') =>
    spreadOf(done.loaded.map((figures, run) => thousandths(figures[field] - done.sameThread[run]![field])));
  return {
    idle: mediansOf(done.idle),
    sameThread: mediansOf(done.sameThread),
    loaded: mediansOf(done.loaded),
    flood: mediansOf(done.flood),
    addedP50Ms: added('p50Ms'),
    addedP99Ms: added('p99Ms'),
  };
}

function mediansOf(runs: readonly CrossingFigures[]): CrossingFigures {
  const fields = Object.keys(runs[0]!) as (keyof CrossingFigures)[];
  const medians = fields.map(field => [field, spreadOf(runs.map(figures => figures[field])).median] as const);
  return Object.fromEntries(medians) as unknown as CrossingFigures;
}

async function runOnce(
  plan: CrossingPlan,
  { seconds, signal }: CrossingBenchOptions,
): Promise<CrossingResult> {
  signal.throwIfAborted();
  const workerData: CrossingThreadData = {
    plan,
    warmUpMs: WARM_UP_MS,
    measuredMs: seconds * 1_000,
    queue: createQueueMemory(),
    wake: createWakeMemory(),
    slab: createSlabMemory(0, STREAMS * trackQuotas.video.pages),
  };
  // Both even where nothing crosses, so that the machine has as much to do.
  const threads = [receiverFile, senderFile].map(file => new Worker(file, { workerData }));
  const failed = threads.map(thread => once(thread, 'error').then(([error]) => Promise.reject(error)));
  try {
    const limitMs = WARM_UP_MS + seconds * 1_000 + SPARE_MS;
    const answered = once(threads[0]!, 'message').then(([result]) => result as CrossingResult);
    return await within('a run', limitMs, signal, Promise.race([answered, ...failed]));
  } finally {
    await Promise.all(threads.map(thread => thread.terminate()));
  }
}

const receiverFile = new URL('./crossing-receiver.ts', import.meta.url);
const senderFile = new URL('./crossing-sender.ts', import.meta.url);

function figuresOf(
  { delaysMs, dropped, overwritten, busy }: CrossingResult,
  seconds: number,
): CrossingFigures {
  // Sorted here by their type's own order, which is quick even for millions.
  const delays = delaysMs.sort();
  return {
    p50Ms: thousandths(quantileOfSorted(delays, 0.5)),
    p99Ms: thousandths(quantileOfSorted(delays, 0.99)),
    maxMs: thousandths(quantileOfSorted(delays, 1)),
    packets: delays.length,
    packetsPerSecond: Math.round(delays.length / seconds),
    dropped,
    overwritten,
    busy: thousandths(busy),
  };
}
