/**
 * The bench of joins: how many a second a node on one core takes in, with HTTP, SDP, ICE and DTLS, what each costs it, what a
 * class that is running has of it, and how much memory a viewer takes.
 */
import type { FanoutOptions } from './fanout.ts';
import { onStage, type Stage } from './fanout-stage.ts';
import { type JoinReport, type JoinTried, joinReportOf, type MemoryFigures, triedOf } from './join-report.ts';
import { nextRate } from './join-search.ts';
import { type Cpus, divideCpus } from './pinned.ts';

/** A small bitrate, so that joining is what costs; with Opus. */
const RECORDING = '350';
/** The class that is running meanwhile. */
const CLASS_VIEWERS = 50;
/** Code of both sides is compiled by then. */
const WARM_UP = { joinsPerSecond: 40, seconds: 5 } as const;

export interface JoinOptions extends Pick<FanoutOptions, 'seconds' | 'signal' | 'onProgress'> {
  /** The rates to measure; without them the highest is searched for. */
  readonly joinsPerSecond?: readonly number[];
  /** How many are there when memory is measured. */
  readonly viewers: number;
  /** For tests; the class that is measured has CLASS_VIEWERS, and joins before it those of WARM_UP. */
  readonly classViewers?: number;
  readonly warmUp?: { readonly joinsPerSecond: number; readonly seconds: number };
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchJoin(options: JoinOptions): Promise<JoinReport> {
  const cpus = await divideCpus();
  const idle = await memoryOf(options, cpus, undefined);
  const withMedia = await memoryOf(options, cpus, RECORDING);
  return joinReportOf(await ratesOf(options, cpus), { idle, withMedia });
}

/** What the node grows by for each viewer, kB; without a recording the stream has no media. */
async function memoryOf(
  { viewers, signal, onProgress }: JoinOptions,
  cpus: Cpus,
  recording: string | undefined,
): Promise<MemoryFigures['idle']> {
  onProgress(`memory of ${viewers} viewers ${recording === undefined ? 'without' : 'with'} media`);
  const media = recording === undefined ? {} : { recording };
  return onStage({ ...media, cpus, signal, onProgress }, async stage => {
    // Those who have come and gone leave what the first of them cost.
    await stage.watch(Math.ceil(viewers / 4));
    await stage.watch(1);
    const beforeMb = stage.rssMb();
    const { viewers: present } = await stage.watch(viewers);
    const afterMb = stage.rssMb();
    if (beforeMb === undefined || afterMb === undefined || present <= 1) return undefined;
    return ((afterMb - beforeMb) * 1024) / (present - 1);
  });
}

async function ratesOf(options: JoinOptions, cpus: Cpus): Promise<readonly JoinTried[]> {
  const { seconds, classViewers = CLASS_VIEWERS, warmUp = WARM_UP, signal, onProgress } = options;
  return onStage({ recording: RECORDING, cpus, signal, onProgress }, async stage => {
    await stage.watch(classViewers);
    onProgress('warm-up');
    await stage.joins(warmUp.joinsPerSecond, warmUp.seconds);
    const idle = await stage.cost(seconds);
    return tried(options, stage, idle.serverCpu);
  });
}

/** `idleCpu` is the server's share of its CPU while nobody comes. */
async function tried(
  { joinsPerSecond, seconds, onProgress }: JoinOptions,
  stage: Stage,
  idleCpu: number,
): Promise<readonly JoinTried[]> {
  const all: JoinTried[] = [];
  const fixed = joinsPerSecond?.values();
  const next = () => (fixed === undefined ? nextRate(all) : fixed.next().value);
  for (let rate = next(); rate !== undefined; rate = next()) {
    onProgress(`${rate} joins a second`);
    all.push(triedOf(rate, await stage.joins(rate, seconds), idleCpu));
  }
  return all;
}
