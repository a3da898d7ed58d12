import test from 'ava';
import { stormTable } from '../../../gateway/cli/bench/storm-table.ts';
import type { StormReport } from '../../../simulations/bench/storm-report.ts';

const report: StormReport = {
  joins: 1000,
  seconds: 10,
  failed: 2,
  failures: [{ reason: 'not connected within 6 s', count: 2 }],
  viewersMax: 604,
  packets: 330_000,
  firstFrameMsP50: 80.1,
  firstFrameMsP95: 210.5,
  firstFrameMsP99: 300,
  firstFrameMsMax: 6000,
  connectedMsP50: 12,
  connectedMsP95: 40,
  keyframesAsked: 9,
  keyframesAskedPerSecondMax: 1,
  keyframesEncoded: 9,
  qpBefore: 34,
  qpDuring: 40.8,
  fpsBefore: 30,
  fpsDuring: 27,
  frameHeightBefore: 360,
  frameHeightDuring: 360,
  lagMsP50: 3,
  lagMsP99: 12,
  lagMsMax: 20,
  lagViewers: 998,
  serverCpu: 0.95,
  loadCpu: 0.5,
  publisherCpu: 0.2,
  machineCpu: 1.8,
  cores: 2,
};

test('a storm as people are shown it', t => {
  t.deepEqual(stormTable(report).split('\n'), [
    '  joins             1000 in 10 s, 2 failed; at most 604 viewers at once, 330000 packets',
    '                    2 × not connected within 6 s',
    '  first frame       p50 80.1 ms, p95 210.5, p99 300, most 6000',
    '  connected         p50 12 ms, p95 40',
    '  keyframes         9 asked, at most 1 a second; 9 encoded',
    '  QP                34 before, 40.8 during (+20 %)',
    '  frames a second   30 before, 27 during (-10 %)',
    '  lines             360 before, 360 during (0 %)',
    '  behind after 5 s  p50 3 ms, p99 12, most 20, of 998 viewers',
    '  busy cores        node 0.95, viewers 0.5, publisher 0.2; 1.8 of 2 in all',
  ]);
});
