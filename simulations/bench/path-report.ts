/** What the runs of the bench of paths come to. */
import { thousandths } from '../rounding.ts';
import type { Measured } from './camera.ts';
import { quantile, spreadOf } from './quantiles.ts';

/** One run: the delays through the nodes, and those of the pair without any, measured at the same time. */
export interface PathRun {
  readonly hops: number;
  readonly path: Measured;
  readonly direct: Measured;
}

/** All in milliseconds but for counts and ratios: the median of the runs, and where it says so their extremes. */
export interface PathFigures {
  readonly hops: number;
  /** The nodes' own: what clients measure, less what they measure at p50 without nodes. */
  readonly p50Ms: number;
  readonly p50MsMin: number;
  readonly p50MsMax: number;
  readonly p99Ms: number;
  readonly p99MsMin: number;
  readonly p99MsMax: number;
  /** As the clients measure it: from the call that sends to the viewer's receipt. */
  readonly rawP50Ms: number;
  readonly rawP99Ms: number;
  /** That of the pair without nodes, in the same runs. */
  readonly baselineP50Ms: number;
  readonly baselineP99Ms: number;
  /** rawP50Ms to baselineP50Ms. */
  readonly ratioP50: number;
  /** What this path's last node more adds to p50Ms; absent where the path with one node less was not measured. */
  readonly addedP50Ms?: number;
  readonly packets: number;
  readonly lost: number;
}

export interface PathReport {
  readonly nodes: readonly PathFigures[];
  /** The pair without nodes, over all runs. */
  readonly baseline: {
    readonly p50Ms: number;
    readonly p50MsMin: number;
    readonly p50MsMax: number;
    readonly p99Ms: number;
    readonly packets: number;
    readonly lost: number;
  };
}

/** Throws when in a run nothing came. */
export function reportOf(runs: readonly PathRun[]): PathReport {
  const direct = runs.map(run => run.direct);
  const p50 = spreadOf(direct.map(p50Of));
  const hops = [...new Set(runs.map(run => run.hops))].sort((a, b) => a - b);
  const figures = hops.map(count => figuresOf(runs.filter(run => run.hops === count)));
  return {
    nodes: figures.map(one => withAdded(one, figures)),
    baseline: {
      p50Ms: thousandths(p50.median),
      p50MsMin: thousandths(p50.min),
      p50MsMax: thousandths(p50.max),
      p99Ms: thousandths(spreadOf(direct.map(p99Of)).median),
      ...countsOf(direct),
    },
  };
}

function figuresOf(runs: readonly PathRun[]): PathFigures {
  // Less the median of the very same run, since that is what changes with what else the machine does.
  const p50 = spreadOf(runs.map(({ path, direct }) => p50Of(path) - p50Of(direct)));
  const p99 = spreadOf(runs.map(({ path, direct }) => p99Of(path) - p50Of(direct)));
  return {
    hops: runs[0]!.hops,
    p50Ms: thousandths(p50.median),
    p50MsMin: thousandths(p50.min),
    p50MsMax: thousandths(p50.max),
    p99Ms: thousandths(p99.median),
    p99MsMin: thousandths(p99.min),
    p99MsMax: thousandths(p99.max),
    rawP50Ms: thousandths(spreadOf(runs.map(({ path }) => p50Of(path))).median),
    rawP99Ms: thousandths(spreadOf(runs.map(({ path }) => p99Of(path))).median),
    baselineP50Ms: thousandths(spreadOf(runs.map(({ direct }) => p50Of(direct))).median),
    baselineP99Ms: thousandths(spreadOf(runs.map(({ direct }) => p99Of(direct))).median),
    ratioP50: thousandths(spreadOf(runs.map(({ path, direct }) => p50Of(path) / p50Of(direct))).median),
    ...countsOf(runs.map(({ path }) => path)),
  };
}

function withAdded(figures: PathFigures, all: readonly PathFigures[]): PathFigures {
  const shorter = all.find(({ hops }) => hops === figures.hops - 1);
  return shorter === undefined
    ? figures
    : { ...figures, addedP50Ms: thousandths(figures.p50Ms - shorter.p50Ms) };
}

function countsOf(measured: readonly Measured[]): { readonly packets: number; readonly lost: number } {
  return {
    packets: measured.reduce((sum, { delaysMs }) => sum + delaysMs.length, 0),
    lost: measured.reduce((sum, { lost }) => sum + lost, 0),
  };
}

function p50Of({ delaysMs }: Measured): number {
  return quantile(delaysMs, 0.5);
}

function p99Of({ delaysMs }: Measured): number {
  return quantile(delaysMs, 0.99);
}
