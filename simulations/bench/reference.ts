/**
 * The reference test of the design's authors: 76 streams of 300 to 400 kbit/s, with and without Opus, and as many pulls, spread
 * over streams and cores, as the node bears.
 */
import { pullsOf, referenceStreams } from './load-plans.ts';
import { figuresOf, type LoadFigures } from './load-report.ts';
import { type LoadTimes, runLoad } from './load-run.ts';
import { coreCount } from './process-cpu.ts';
import { largest, nextPulls, type Tried } from './reference-search.ts';

const WARM_UP_MS = 3000;
const QUICK_MS = 10;

export interface ReferenceOptions {
  /** The numbers of pulls to measure; without them they are searched for. */
  readonly pulls?: readonly number[];
  readonly streams: number;
  /** With and without Opus, in that order; one of them at least. */
  readonly audio: readonly boolean[];
  readonly seconds: number;
  /** Core shards of the node; its own default where it is not said. */
  readonly cores?: number;
  /** For tests; what is measured is measured after WARM_UP_MS. */
  readonly warmUpMs?: number;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

export interface ReferenceCase extends LoadFigures {
  readonly pulls: number;
  readonly streams: number;
  readonly audio: boolean;
}

export interface ReferenceReport {
  readonly cases: readonly ReferenceCase[];
  /** Of all that was measured with and without Opus, what the node bore each time; 0 when there was none. */
  readonly largestUnder10Ms: number;
  readonly largestWithoutLoss: number;
  /** The same of each. */
  readonly largest: readonly {
    readonly audio: boolean;
    readonly under10Ms: number;
    readonly withoutLoss: number;
  }[];
  /** That the machine has. */
  readonly cores: number;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchReference(options: ReferenceOptions): Promise<ReferenceReport> {
  const cases: ReferenceCase[] = [];
  for (const audio of options.audio) {
    const tried: Tried[] = [];
    const fixed = options.pulls?.values();
    const next = () => (fixed === undefined ? nextPulls(tried) : fixed.next().value);
    for (let pulls = next(); pulls !== undefined; pulls = next()) {
      const one = await measure(options, pulls, audio);
      cases.push(one);
      tried.push(triedOf(one));
    }
  }
  return referenceReportOf(cases, coreCount());
}

async function measure(
  { streams: count, seconds, cores, warmUpMs = WARM_UP_MS, signal, onProgress }: ReferenceOptions,
  pulls: number,
  audio: boolean,
): Promise<ReferenceCase> {
  onProgress(`${pulls} pulls of ${count} streams ${audio ? 'with' : 'without'} Opus`);
  const streams = referenceStreams(count);
  const times: LoadTimes = { warmUpMs, measuredMs: seconds * 1000 };
  const run = await runLoad({
    streams,
    pulls: pullsOf(streams, pulls),
    audio,
    ...(cores !== undefined && { cores }),
    times,
    signal,
    onProgress,
  });
  return { pulls, streams: count, audio, ...figuresOf(run) };
}

export function referenceReportOf(cases: readonly ReferenceCase[], cores: number): ReferenceReport {
  const modes = [...new Set(cases.map(({ audio }) => audio))].map(audio => {
    const tried = cases.filter(one => one.audio === audio).map(triedOf);
    return { audio, under10Ms: largest(tried, 'isQuick'), withoutLoss: largest(tried, 'isWhole') };
  });
  return {
    cases,
    largestUnder10Ms: Math.min(...modes.map(({ under10Ms }) => under10Ms)),
    largestWithoutLoss: Math.min(...modes.map(({ withoutLoss }) => withoutLoss)),
    largest: modes,
    cores,
  };
}

function triedOf({ pulls, lost, failed, delayMsP99 }: ReferenceCase): Tried {
  const isWhole = lost === 0 && failed === 0;
  return { pulls, isWhole, isQuick: isWhole && (delayMsP99 ?? Number.POSITIVE_INFINITY) < QUICK_MS };
}
