import test from 'ava';
import { schedulerTable } from '../../../gateway/cli/bench/scheduler-table.ts';

test('the scheduler’s figures as people are shown them', t => {
  const table = schedulerTable({
    edges: 1000,
    sites: 100,
    streams: 100_000,
    placements: 199_990,
    refused: 10,
    placementsPerSecond: 60_000,
    p50Ms: 0.012,
    p99Ms: 0.05,
    imbalance: 1.03,
    registrationsCpuMs: 150.5,
    rssMb: 250,
  });
  t.deepEqual(table.split('\n'), [
    '  cluster        1000 edges in 100 sites, 100000 streams live',
    '  crowd          199990 placed in 10 s, 10 refused',
    '  placements     60000 a second of processor time',
    '  one of them    p50 0.012 ms, p99 0.05',
    '  fullest edge   1.03 times the mean of its site',
    '  announcements  150.5 ms of processor time a second',
    '  memory         250 MB',
  ]);
});
