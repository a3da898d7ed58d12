/**
 * The bench of core shards: what crossing from one core to another costs by itself, and one stream whose viewers are spread over
 * one core, two, and so on.
 */
import { benchCrossing, type CrossingReport } from './crossing.ts';
import { type LoadStream, pullsOf } from './load-plans.ts';
import { type DelayFigures, delaysOf, figuresOf, type LoadFigures } from './load-report.ts';
import { type LoadRun, type LoadTimes, runLoad } from './load-run.ts';
import { coreCount } from './process-cpu.ts';

const WARM_UP_MS = 3000;
const STREAM: LoadStream = { stream: 'shards', kbps: 350, uid: '0' };
/** Viewers that decrypt, which go round the cores as the others do. */
const SAMPLES = 40;

export interface ShardsOptions {
  /** From 1 to so many core shards; absent: one node as it is by default. */
  readonly cores?: number;
  /** Of the one stream. */
  readonly viewers: number;
  /** How often crossing is measured; the stream is measured once a number of cores. */
  readonly runs: number;
  /** How long each measuring takes. */
  readonly seconds: number;
  /** For tests; what is measured is measured after WARM_UP_MS. */
  readonly warmUpMs?: number;
  /** Ends the bench, and every process and thread of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Some of the viewers, by where their sessions are. */
export interface ShardViewers extends DelayFigures {
  readonly viewers: number;
}

export interface ShardsRow extends LoadFigures {
  /** Core shards of the node, as they were asked for; 1 where none were. */
  readonly cores: number;
  readonly viewers: number;
  /** Those on the publisher's core, and those that the packets have to cross to. */
  readonly sameCore: ShardViewers;
  readonly otherCores: ShardViewers;
}

export interface ShardsReport {
  readonly crossing: CrossingReport;
  readonly stream: readonly ShardsRow[];
  /** That the machine has. */
  readonly cores: number;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process and no thread is left either way. */
export async function benchShards(options: ShardsOptions): Promise<ShardsReport> {
  const { cores, viewers, runs, seconds, warmUpMs = WARM_UP_MS, signal, onProgress } = options;
  const crossing = await benchCrossing({
    runs,
    seconds,
    signal,
    onProgress: line => onProgress(`crossing, ${line}`),
  });
  const times: LoadTimes = { warmUpMs, measuredMs: seconds * 1000 };
  const pulls = pullsOf([STREAM], viewers, SAMPLES);
  const rows: ShardsRow[] = [];
  for (let count = 1; count <= (cores ?? 1); count += 1) {
    onProgress(`${viewers} viewers of one stream on ${count} ${count === 1 ? 'core' : 'cores'}`);
    const run = await runLoad({
      streams: [STREAM],
      pulls,
      audio: false,
      ...(cores !== undefined && { cores: count }),
      times,
      signal,
      onProgress,
    });
    rows.push(shardsRowOf(run, count));
  }
  return { crossing, stream: rows, cores: coreCount() };
}

/** `run` is of one stream. */
export function shardsRowOf(run: LoadRun, cores: number): ShardsRow {
  const { outcomes, publisherShards } = run;
  const here = outcomes.filter(({ shard }) => shard === publisherShards[0]);
  const there = outcomes.filter(({ shard }) => shard !== publisherShards[0]);
  return {
    cores,
    viewers: outcomes.length,
    ...figuresOf(run),
    sameCore: { viewers: here.length, ...delaysOf(here) },
    otherCores: { viewers: there.length, ...delaysOf(there) },
  };
}
