/**
 * The bench of fan-out: what a forwarded packet costs a server on one core, held against a loop that only seals and sends, and
 * against the portable engine; and what the core carries without loss.
 */
import { startProgram } from './beside-nodes.ts';
import { ended, within } from './child.ts';
import { eventOf } from './child-events.ts';
import type { FloorEvent, FloorOptions } from './fanout-floor.ts';
import { type FanoutCase, type FanoutGroup, groupsOf, SEARCH_RECORDING, viewersAt } from './fanout-plans.ts';
import {
  caseOf,
  type FanoutReport,
  type FloorCost,
  type GroupRun,
  type HeldRun,
  type SinkRun,
} from './fanout-report.ts';
import { searchMost } from './fanout-search.ts';
import { onStage, type Stage, type StageCost } from './fanout-stage.ts';
import { type Cpus, divideCpus } from './pinned.ts';
import { meanOf, spreadOf } from './quantiles.ts';

const floorProgram = new URL('./fanout-floor.ts', import.meta.url);

/** Nearly all of the core: waking up for little is what a server does that is not busy. */
const BUSY_SHARE = 0.85;
/** Where nothing may be lost. */
const READ_SHARE = 0.7;
/** A shard holds no more sessions than this, and joining them takes a minute. */
const VIEWERS_MAX = 6000;
/** The portable engine is measured with so many that it bears, at what a packet costs it about. */
const PORTABLE_SHARE = 0.5;
const PORTABLE_US = 20;
const FLOOR_SPARE_MS = 60_000;
/** The publisher stands still meanwhile, which the node bears for as long as it takes consent for given (25 s). */
const BESIDE_MAX_MS = 10_000;

export interface FanoutOptions {
  readonly cases: readonly FanoutCase[];
  /** How long each run measures. */
  readonly seconds: number;
  /** How often each cost is measured. */
  readonly runs: number;
  /** Whether the most that the core carries is searched for. */
  readonly search: boolean;
  /** For tests; what is measured is measured with VIEWERS_MAX at most. */
  readonly viewersMax?: number;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchFanout(options: FanoutOptions): Promise<FanoutReport> {
  const cpus = await divideCpus();
  const groups: GroupRun[] = [];
  for (const group of groupsOf(options.cases)) {
    const own = await measureGroup(options, cpus, group);
    const portable = await measurePortable(options, cpus, group, own.sinks[0]!);
    const { recording } = group;
    const readFloor = await floorOf(options, cpus, { recording, viewers: own.read.viewers, isPaced: true });
    groups.push({ ...own, group, portable, readFloor });
  }
  const most = groups.map(({ most }) => most).find(found => found !== undefined);
  return {
    cases: groups.flatMap(run => run.group.cases.map((_, index) => caseOf(run, index))),
    ...(most !== undefined && { maxPacketsPerSecond: Math.round(most.packetsPerSecond), most }),
  };
}

type OwnRun = Omit<GroupRun, 'group' | 'portable' | 'readFloor'>;

async function measureGroup(options: FanoutOptions, cpus: Cpus, group: FanoutGroup): Promise<OwnRun> {
  const { search, seconds, viewersMax = VIEWERS_MAX, signal, onProgress } = options;
  const { recording, cases } = group;
  onProgress(`${recording} kbit/s: a node starts`);
  return onStage({ recording, cpus, signal, onProgress }, async stage => {
    await stage.watch(1);
    const rssMbBefore = stage.rssMb();
    const sinks: HeldRun[] = [];
    for (const { viewers } of cases)
      sinks.push(await heldRun(options, cpus, stage, { recording, viewers, isPaced: true }));
    const borne = ({ cpuUs, packetsPerSecond, viewers }: SinkRun) =>
      Math.min(viewersMax, viewersAt(BUSY_SHARE, cpuUs.median, packetsPerSecond / viewers));
    // A packet costs less the busier the node is, so that the first number falls short.
    const nearly = await sinkRun({ ...options, runs: 1 }, stage, borne(sinks.at(-1)!));
    const busyViewers = borne(nearly);
    const busy = await heldRun(options, cpus, stage, { recording, viewers: busyViewers, isPaced: false });
    const perViewer = busy.packetsPerSecond / busy.viewers;
    const readBy = async (cpuUs: number) => {
      const count = Math.min(viewersMax, viewersAt(READ_SHARE, cpuUs, perViewer));
      onProgress(`${count} viewers, all read`);
      await stage.watch(count);
      return stage.delivery(seconds);
    };
    // What is read costs more: handing it over to those who read is the work of the CPU that sends.
    const tooMany = await readBy(busy.cpuUs.median);
    const read = await readBy(tooMany.cpuUsPerPacket);
    const isSearched = search && recording === SEARCH_RECORDING;
    return {
      rssMbBefore,
      sinks,
      busyViewers,
      busy,
      read,
      most: isSearched ? await searchMost(stage, read.viewers, options) : undefined,
    };
  });
}

/** `beside` is called before the first run, and after each with what it cost. */
async function sinkRun(
  { runs, seconds, onProgress }: FanoutOptions,
  stage: Stage,
  viewers: number,
  beside?: (cost?: StageCost) => Promise<void>,
): Promise<SinkRun> {
  onProgress(`${viewers} viewers`);
  const { viewers: watching, failure } = await stage.watch(viewers);
  await stage.sink();
  await beside?.();
  const costs: StageCost[] = [];
  while (costs.length < runs) {
    const cost = await stage.cost(seconds);
    costs.push(cost);
    await beside?.(cost);
  }
  const medianOf = (of: (cost: StageCost) => number) => spreadOf(costs.map(of)).median;
  return {
    viewers: watching,
    failed: viewers - watching,
    ...(failure !== undefined && { failure }),
    packetsPerSecond: medianOf(({ packetsPerSecond }) => packetsPerSecond),
    cpuUs: spreadOf(costs.map(({ cpuUsPerPacket }) => cpuUsPerPacket)),
    serverCpu: medianOf(({ serverCpu }) => serverCpu),
    serverWaited: medianOf(({ serverWaited }) => serverWaited),
    rssMb: stage.rssMb(),
  };
}

/**
 * The same, and the floor in turn with it, before and after each time: this machine is half as fast again at one moment as at
 * another, so that only neighbours can be held against each other.
 */
async function heldRun(
  options: FanoutOptions,
  cpus: Cpus,
  stage: Stage,
  plan: Omit<FloorOptions, 'durationMs'>,
): Promise<HeldRun> {
  const floors: number[] = [];
  const timesFloor: number[] = [];
  const addFloor = async (cost?: StageCost) => {
    const durationMs = Math.min(BESIDE_MAX_MS, (options.seconds * 1000) / 2);
    // Together they play all of it, as the node does.
    const from = floors.length / (options.runs + 1);
    const { cpuUs } = await stage.silenced(() => floorOnce(options, cpus, { ...plan, durationMs, from }));
    floors.push(cpuUs);
    if (cost !== undefined) timesFloor.push(cost.cpuUsPerPacket / meanOf(floors.slice(-2)));
  };
  const run = await sinkRun(options, stage, plan.viewers, addFloor);
  return { ...run, floorUs: spreadOf(floors).median, timesFloor: spreadOf(timesFloor) };
}

async function measurePortable(
  options: FanoutOptions,
  cpus: Cpus,
  { recording }: FanoutGroup,
  own: SinkRun,
): Promise<SinkRun> {
  const { signal, onProgress } = options;
  onProgress(`${recording} kbit/s: a node with the portable engine starts`);
  const borne = viewersAt(PORTABLE_SHARE, PORTABLE_US, own.packetsPerSecond / own.viewers);
  return onStage({ recording, engine: 'portable', cpus, signal, onProgress }, stage =>
    sinkRun(options, stage, Math.min(borne, own.viewers)),
  );
}

async function floorOf(
  options: FanoutOptions,
  cpus: Cpus,
  plan: Omit<FloorOptions, 'durationMs'>,
): Promise<FloorCost> {
  const { runs, seconds, onProgress } = options;
  onProgress(`the floor of ${plan.viewers} viewers`);
  const all: FloorCost[] = [];
  while (all.length < runs)
    all.push(
      await floorOnce(options, cpus, { ...plan, durationMs: seconds * 1000, from: all.length / runs }),
    );
  const medianOf = (of: (one: FloorCost) => number) => spreadOf(all.map(of)).median;
  return {
    cpuUs: medianOf(({ cpuUs }) => cpuUs),
    delayMsP50: medianOf(({ delayMsP50 }) => delayMsP50),
    delayMsP99: medianOf(({ delayMsP99 }) => delayMsP99),
  };
}

async function floorOnce({ signal }: FanoutOptions, cpus: Cpus, plan: FloorOptions): Promise<FloorCost> {
  const child = startProgram(floorProgram, plan, [cpus.server]);
  try {
    const done = eventOf<FloorEvent, 'done'>(child, 'the floor', 'done');
    const { packets, cpuMs, ...delays } = await within(
      'the floor',
      plan.durationMs + FLOOR_SPARE_MS,
      signal,
      done,
    );
    return { cpuUs: (cpuMs * 1000) / packets, ...delays };
  } finally {
    await ended(child);
  }
}
