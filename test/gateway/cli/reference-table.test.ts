import test from 'ava';
import { referenceTable } from '../../../gateway/cli/bench/reference-table.ts';
import type { ReferenceCase, ReferenceReport } from '../../../simulations/bench/reference.ts';

const one: ReferenceCase = {
  pulls: 400,
  streams: 76,
  audio: true,
  packetsPerSecond: 38_900,
  gbps: 0.171,
  serverCores: 0.98,
  lost: 0,
  notForwarded: 0,
  droppedAtViewers: 0,
  failed: 0,
  delayMsP50: 2.1,
  delayMsP99: 8.75,
  delayMsMax: 30,
  rssMb: 260,
  publishersCpu: 0.2,
  viewersCpu: [0.3, 0.25],
  publisherLateMsMax: 3,
  machineCpu: 1.8,
};
const { serverCores: _server, delayMsP50: _p50, delayMsP99: _p99, delayMsMax: _max, ...untold } = one;

const report: ReferenceReport = {
  cases: [
    one,
    { ...untold, pulls: 800, audio: false, lost: 12_345, failed: 2, failure: 'no media', viewersCpu: [] },
  ],
  largestUnder10Ms: 0,
  largestWithoutLoss: 0,
  largest: [
    { audio: true, under10Ms: 400, withoutLoss: 400 },
    { audio: false, under10Ms: 0, withoutLoss: 0 },
  ],
  cores: 2,
};

test('the cases of a reference test as people are shown them', t => {
  t.deepEqual(referenceTable(report).split('\n'), [
    'OPUS  PULLS  PACKETS/S  GBIT/S   LOST  FAILED  P50 MS  P99 MS  MAX MS  RSS MB  NODE  PUBLISHERS      VIEWERS  MACHINE',
    ' yes    400      38900   0.171      0       0    2.10    8.75   30.00     260  0.98        0.20  0.30 + 0.25     1.80',
    '  no    800      38900   0.171  12345       2       -       -       -     260     -        0.20            -     1.80',
    'NODE to MACHINE are busy cores; the machine has 2',
    '800 pulls without Opus: 2 failed, mostly: no media',
    'with Opus: 400 pulls without loss, 400 with p99 under 10 ms',
    'without Opus: 0 pulls without loss, 0 with p99 under 10 ms',
    'either way: 0 with p99 under 10 ms',
  ]);
});
