/** What `zrtc bench drain` shows people. */
import type { DrainFigures, DrainReport } from '../../../simulations/bench/drain-report.ts';
import { figureTable } from './table.ts';

const head = [
  'DRAINED BY',
  'VIEWERS',
  'NO PICTURE, P50 MS',
  'P99 MS',
  'MOST MS',
  'ENDED S',
  'LIMIT S',
  'LEFT',
  'NOT TOLD',
  'REFUSED',
];

export function drainTable({ drains, machineCpu, cores }: DrainReport): string {
  return [...figureTable(head, drains.map(rowOf)), `busy cores: ${machineCpu} of ${cores} in all`].join('\n');
}

function rowOf(one: DrainFigures): readonly string[] {
  return [
    one.by === 'drain' ? 'zrtc drain' : 'SIGTERM',
    String(one.viewers),
    String(one.gapMsP50),
    String(one.gapMsP99),
    String(one.gapMsMax),
    one.endedSeconds.toFixed(1),
    one.limitSeconds.toFixed(0),
    String(one.left),
    String(one.untold),
    String(one.refused),
  ];
}
