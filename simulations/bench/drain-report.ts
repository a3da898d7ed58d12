/** What drains come to, for those who watch and for the node. */
import { hundredths } from '../rounding.ts';
import { quantile } from './quantiles.ts';

/** What became of one viewer. */
export interface DrainedViewer {
  /** Where its last session is. */
  readonly node: string;
  /** The longest time without a picture, from when the drain began until all was told. */
  readonly gapMs: number;
  /** By the session event `reconnect`. */
  readonly wasTold: boolean;
  /** How often it was sent away. */
  readonly refused: number;
}

/** How the node was emptied: `zrtc drain`, or SIGTERM with node.drainSeconds. */
export type DrainedBy = 'drain' | 'sigterm';

export interface DrainRun {
  readonly by: DrainedBy;
  readonly node: string;
  readonly viewers: readonly DrainedViewer[];
  /** Until `zrtc drain` said that nobody is left, or the process had ended. */
  readonly endedMs: number;
  /** By when it has to. */
  readonly limitMs: number;
}

export interface DrainFigures {
  readonly by: DrainedBy;
  readonly viewers: number;
  readonly gapMsP50: number;
  readonly gapMsP99: number;
  readonly gapMsMax: number;
  readonly endedSeconds: number;
  readonly limitSeconds: number;
  /** Those whose session is on the drained node still. */
  readonly left: number;
  /** Those who were not told to come again, and found out otherwise. */
  readonly untold: number;
  /** How often anybody was sent away by an edge or the scheduler, and had to ask again. */
  readonly refused: number;
}

export interface DrainReport
  extends Pick<DrainFigures, 'gapMsP50' | 'gapMsP99' | 'gapMsMax' | 'endedSeconds'> {
  readonly viewers: number;
  /** What is above is the worst of these. */
  readonly drains: readonly DrainFigures[];
  /** Cores that were busy on the machine from the first drain on, and how many it has. */
  readonly machineCpu: number;
  readonly cores: number;
}

/** Throws when nothing was drained, or nobody watched. */
export function drainReportOf(
  runs: readonly DrainRun[],
  machine: Pick<DrainReport, 'machineCpu' | 'cores'>,
): DrainReport {
  const drains = runs.map(figuresOf);
  const worst = (figure: (of: DrainFigures) => number) => Math.max(...drains.map(figure));
  return {
    viewers: Math.min(...drains.map(({ viewers }) => viewers)),
    gapMsP50: worst(({ gapMsP50 }) => gapMsP50),
    gapMsP99: worst(({ gapMsP99 }) => gapMsP99),
    gapMsMax: worst(({ gapMsMax }) => gapMsMax),
    endedSeconds: worst(({ endedSeconds }) => endedSeconds),
    drains,
    machineCpu: hundredths(machine.machineCpu),
    cores: machine.cores,
  };
}

function figuresOf({ by, node, viewers, endedMs, limitMs }: DrainRun): DrainFigures {
  const gaps = viewers.map(({ gapMs }) => gapMs);
  const gapMs = (share: number) => Math.round(quantile(gaps, share));
  return {
    by,
    viewers: viewers.length,
    gapMsP50: gapMs(0.5),
    gapMsP99: gapMs(0.99),
    gapMsMax: gapMs(1),
    endedSeconds: Math.round(endedMs / 100) / 10,
    limitSeconds: limitMs / 1000,
    left: viewers.filter(viewer => viewer.node === node).length,
    untold: viewers.filter(({ wasTold }) => !wasTold).length,
    refused: viewers.reduce((sum, { refused }) => sum + refused, 0),
  };
}
