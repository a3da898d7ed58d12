/** What the flows of a day come to, hour by hour. */
import type { FlowCluster } from '../../flows/flow-cluster.ts';
import type { FigureRecord } from '../../report/report.ts';
import { HOUR_MS } from './timetable.ts';

interface Hour {
  readonly hour: number;
  classes: number;
  viewers: number;
  crossings: number;
  busiestLineMbps: number;
  mostFull: number;
}

export class Hours {
  readonly #hours: Hour[] = [];
  /** [time since the beginning, students], for a plot. */
  readonly viewers: (readonly [number, number])[] = [];

  /** How it is now; the most of each hour stands. */
  look(nowMs: number, timeOfDayMs: number, cluster: FlowCluster): void {
    const hour = Math.floor(timeOfDayMs / HOUR_MS);
    let last = this.#hours.at(-1);
    if (last?.hour !== hour) {
      last = { hour, classes: 0, viewers: 0, crossings: 0, busiestLineMbps: 0, mostFull: 0 };
      this.#hours.push(last);
    }
    const lines = cluster.crossings();
    const { classes, viewers, mostFull } = cluster;
    this.viewers.push([nowMs, viewers]);
    last.classes = Math.max(last.classes, classes);
    last.viewers = Math.max(last.viewers, viewers);
    last.mostFull = Math.max(last.mostFull, mostFull);
    last.crossings = Math.max(
      last.crossings,
      lines.reduce((sum, { streams }) => sum + streams, 0),
    );
    last.busiestLineMbps = Math.max(last.busiestLineMbps, ...lines.map(({ kbps }) => kbps / 1000));
  }

  get rows(): readonly FigureRecord[] {
    return this.#hours.map(({ hour, mostFull, busiestLineMbps, ...rest }) => ({
      hour: hour % 24,
      ...rest,
      busiestLineMbps: Math.round(busiestLineMbps),
      fullestEdgePercent: Math.round(100 * mostFull),
    }));
  }
}
