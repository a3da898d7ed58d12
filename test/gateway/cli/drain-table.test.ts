import test from 'ava';
import { drainTable } from '../../../gateway/cli/bench/drain-table.ts';
import type { DrainFigures } from '../../../simulations/bench/drain-report.ts';

const one: DrainFigures = {
  by: 'drain',
  viewers: 200,
  gapMsP50: 560,
  gapMsP99: 1012,
  gapMsMax: 1100,
  endedSeconds: 6,
  limitSeconds: 10,
  left: 0,
  untold: 0,
  refused: 3,
};

test('drains as people are shown them', t => {
  const worst = { viewers: 200, gapMsP50: 560, gapMsP99: 1012, gapMsMax: 1100, endedSeconds: 7.1 };
  const drains = [one, { ...one, by: 'sigterm' as const, endedSeconds: 7.1, limitSeconds: 25 }];
  t.deepEqual(drainTable({ ...worst, drains, machineCpu: 1.25, cores: 2 }).split('\n'), [
    'DRAINED BY  VIEWERS  NO PICTURE, P50 MS  P99 MS  MOST MS  ENDED S  LIMIT S  LEFT  NOT TOLD  REFUSED',
    'zrtc drain      200                 560    1012     1100      6.0       10     0         0        3',
    '   SIGTERM      200                 560    1012     1100      7.1       25     0         0        3',
    'busy cores: 1.25 of 2 in all',
  ]);
});
