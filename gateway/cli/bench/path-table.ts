/** What `zrtc bench path` shows people. */
import type { PathFigures, PathReport } from '../../../simulations/bench/path-report.ts';
import { figureTable } from './table.ts';

const head = [
  'NODES',
  'P50 MS',
  '(MIN TO MAX)',
  'P99 MS',
  '(MIN TO MAX)',
  'ADDED P50 MS',
  'RAW P50 MS',
  'LOST',
];

export function pathTable({ nodes, baseline }: PathReport): string {
  return [
    ...figureTable(head, nodes.map(rowOf)),
    `without nodes: p50 ${ms(baseline.p50Ms)} ms (${ms(baseline.p50MsMin)} to ${ms(baseline.p50MsMax)}), ` +
      `p99 ${ms(baseline.p99Ms)} ms`,
  ].join('\n');
}

function rowOf(figures: PathFigures): readonly string[] {
  return [
    String(figures.hops),
    ms(figures.p50Ms),
    `(${ms(figures.p50MsMin)} to ${ms(figures.p50MsMax)})`,
    ms(figures.p99Ms),
    `(${ms(figures.p99MsMin)} to ${ms(figures.p99MsMax)})`,
    figures.addedP50Ms === undefined ? '-' : ms(figures.addedP50Ms),
    ms(figures.rawP50Ms),
    `${figures.lost} of ${figures.lost + figures.packets}`,
  ];
}

function ms(value: number): string {
  return value.toFixed(2);
}
