/** What the bench of joins comes to. */
import { hundredths } from '../rounding.ts';
import { SATURATED } from './fanout-search.ts';
import type { StageDelivery } from './fanout-stage.ts';
import type { JoinCounts } from './join-and-leave.ts';
import type { RateTried } from './join-search.ts';
import { quantile } from './quantiles.ts';

/** What a node grows by for each viewer, kB; undefined where the system does not tell. */
export interface MemoryFigures {
  readonly idle: number | undefined;
  readonly withMedia: number | undefined;
}

export interface JoinTried extends RateTried {
  readonly failed: number;
  /** The first reason. */
  readonly failure?: string;
  /** Of the node, less what it takes while nobody comes. */
  readonly cpuMsPerJoin: number;
  /** From before the first call until there was media of each kind. */
  readonly mediaMsP50?: number;
  readonly mediaMsP95?: number;
  /** Of the class that was running. */
  readonly delayMsP50?: number;
  readonly delayMsP99?: number;
  readonly lost: number;
  /** Of the CPU what the node took; and of the time how much it wanted the CPU while something else had it. */
  readonly serverCpu: number;
  readonly serverWaited: number;
  /** Of the load clients, of a CPU; and how far behind its time any of them was called for. */
  readonly loadCpu: number;
  readonly lateMsMax: number;
}

export interface JoinReport {
  /** The highest rate with nobody failed; 0 when there was none. The figures below are of that. */
  readonly joinsPerSecond: number;
  readonly cpuMsPerJoin?: number;
  readonly failed: number;
  readonly delayMsP99?: number;
  /** With media; and of a stream that has none. */
  readonly rssKbPerViewer?: number;
  readonly rssKbPerIdleViewer?: number;
  /** What was at its limit with more than that. */
  readonly limit: 'server' | 'generator' | 'not found';
  readonly rates: readonly JoinTried[];
}

/** Later than this, and it is the load clients that do not keep up. */
const LATE_MAX_MS = 250;

/** `idleCpu` is the server's share of its CPU while nobody comes. */
export function triedOf(rate: number, run: StageDelivery & JoinCounts, idleCpu: number): JoinTried {
  const { failures, failureReason, lateMsMax, serverCpu, loadCpu } = run;
  const delays = run.delaysMs.flatMap(all => [...all]);
  return {
    rate,
    isBorne: failures === 0 && lateMsMax < LATE_MAX_MS,
    failed: failures,
    ...(failureReason !== undefined && { failure: failureReason }),
    cpuMsPerJoin: hundredths(((serverCpu - idleCpu) * 1000) / rate),
    ...(run.mediaMs.length > 0 && {
      mediaMsP50: hundredths(quantile([...run.mediaMs], 0.5)),
      mediaMsP95: hundredths(quantile([...run.mediaMs], 0.95)),
    }),
    ...(delays.length > 0 && {
      delayMsP50: hundredths(quantile(delays, 0.5)),
      delayMsP99: hundredths(quantile(delays, 0.99)),
    }),
    lost: run.lost,
    serverCpu: hundredths(serverCpu),
    serverWaited: hundredths(run.serverWaited),
    loadCpu: hundredths(loadCpu),
    lateMsMax: Math.round(lateMsMax),
  };
}

export function joinReportOf(rates: readonly JoinTried[], { idle, withMedia }: MemoryFigures): JoinReport {
  const best = rates.filter(({ isBorne }) => isBorne).toSorted((a, b) => b.rate - a.rate)[0];
  const above = rates.filter(({ rate }) => rate > (best?.rate ?? 0)).toSorted((a, b) => a.rate - b.rate)[0];
  return {
    joinsPerSecond: best?.rate ?? 0,
    ...(best !== undefined && { cpuMsPerJoin: best.cpuMsPerJoin }),
    failed: best?.failed ?? 0,
    ...(best?.delayMsP99 !== undefined && { delayMsP99: best.delayMsP99 }),
    ...(withMedia !== undefined && { rssKbPerViewer: Math.round(withMedia) }),
    ...(idle !== undefined && { rssKbPerIdleViewer: Math.round(idle) }),
    limit: above === undefined ? 'not found' : limitOf(above),
    rates,
  };
}

function limitOf({ loadCpu, lateMsMax, serverCpu }: JoinTried): JoinReport['limit'] {
  return (loadCpu >= SATURATED || lateMsMax >= LATE_MAX_MS) && serverCpu < SATURATED ? 'generator' : 'server';
}
