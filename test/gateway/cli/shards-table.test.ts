import test from 'ava';
import { shardsTable } from '../../../gateway/cli/bench/shards-table.ts';
import type { CrossingFigures } from '../../../simulations/bench/crossing.ts';
import type { ShardsReport, ShardsRow } from '../../../simulations/bench/shards.ts';

const crossing: CrossingFigures = {
  p50Ms: 0.118,
  p99Ms: 0.5,
  maxMs: 2,
  packets: 1000,
  packetsPerSecond: 200,
  dropped: 0,
  overwritten: 0,
  busy: 0.05,
};
const row: ShardsRow = {
  cores: 1,
  viewers: 300,
  packetsPerSecond: 14_000,
  gbps: 0.1,
  serverCores: 0.5,
  lost: 0,
  notForwarded: 0,
  failed: 0,
  viewersCpu: [0.2],
  publisherLateMsMax: 1,
  machineCpu: 0.9,
  sameCore: { viewers: 300, delayMsP50: 1, delayMsP99: 4 },
  otherCores: { viewers: 0 },
};
const report: ShardsReport = {
  crossing: {
    idle: crossing,
    sameThread: crossing,
    loaded: crossing,
    flood: { ...crossing, packetsPerSecond: 1_100_000 },
    addedP50Ms: { median: 0.12, min: 0.07, max: 0.56 },
    addedP99Ms: { median: 2, min: 1.4, max: 9.2 },
  },
  stream: [
    row,
    {
      ...row,
      cores: 2,
      failed: 1,
      failure: 'no media',
      otherCores: { viewers: 150, delayMsP50: 1.2, delayMsP99: 5 },
    },
  ],
  cores: 2,
};

test('crossing and a stream on one core and two, as people are shown them', t => {
  t.deepEqual(shardsTable(report).split('\n'), [
    '   CROSSING  P50 MS  P99 MS  MAX MS  PACKETS/S  DROPPED  OVERWRITTEN  BUSY',
    '       idle   0.118   0.500   2.000        200        0            0  0.05',
    'same thread   0.118   0.500   2.000        200        0            0  0.05',
    '     loaded   0.118   0.500   2.000        200        0            0  0.05',
    '      flood   0.118   0.500   2.000    1100000        0            0  0.05',
    'crossing adds while loaded: p50 0.120 (0.070 to 0.560) ms, p99 2.000 (1.400 to 9.200) ms',
    '',
    'CORES  VIEWERS  PACKETS/S  LOST  FAILED  SAME CORE P50 MS  P99 MS  OTHER CORES P50 MS  P99 MS  NODE  VIEWERS  MACHINE',
    '    1      300      14000     0       0              1.00    4.00                   -       -  0.50     0.20     0.90',
    '    2      300      14000     0       1              1.00    4.00                1.20    5.00  0.50     0.20     0.90',
    'NODE to MACHINE are busy cores; the machine has 2',
    'on 2: 1 failed, mostly: no media',
  ]);
});
