import test from 'ava';
import { joinTable } from '../../../gateway/cli/bench/join-table.ts';
import { joinReportOf, triedOf } from '../../../simulations/bench/join-report.ts';

const run = {
  packetsPerSecond: 5000,
  cpuUsPerPacket: 4,
  serverCpu: 0.62,
  serverWaited: 0.031,
  loadCpu: 0.5,
  published: 475,
  viewers: 50,
  lost: 0,
  repeated: 0,
  delaysMs: [Float64Array.of(1, 2, 3)],
  ended: 0,
  joins: 2000,
  failures: 0,
  mediaMs: Float64Array.of(20, 30, 40, 50),
  lateMsMax: 12.4,
};

test('what a rate comes to: the CPU of a join is what the node took more than while nobody came', t => {
  t.deepEqual(triedOf(400, run, 0.02), {
    rate: 400,
    isBorne: true,
    failed: 0,
    cpuMsPerJoin: 1.5,
    mediaMsP50: 30,
    mediaMsP95: 50,
    delayMsP50: 2,
    delayMsP99: 3,
    lost: 0,
    serverCpu: 0.62,
    serverWaited: 0.03,
    loadCpu: 0.5,
    lateMsMax: 12,
  });
});

const failed = { ...run, failures: 3, failureReason: '503', serverCpu: 0.98 };
const borne = triedOf(400, run, 0.02);
const beyond = triedOf(800, failed, 0.02);

test('the highest rate with nobody failed, and who was at the limit beyond', t => {
  const report = joinReportOf([borne, beyond], { idle: 48.4, withMedia: 91.6 });
  t.like(report, {
    joinsPerSecond: 400,
    cpuMsPerJoin: 1.5,
    failed: 0,
    delayMsP99: 3,
    rssKbPerViewer: 92,
    rssKbPerIdleViewer: 48,
    limit: 'server',
  });
  const late = triedOf(800, { ...run, lateMsMax: 400 }, 0.02);
  t.false(late.isBorne);
  t.is(joinReportOf([borne, late], { idle: 48, withMedia: 92 }).limit, 'generator');
  t.is(joinReportOf([borne], { idle: undefined, withMedia: undefined }).limit, 'not found');
});

test('a node of which every rate failed takes none', t => {
  const report = joinReportOf([beyond], { idle: undefined, withMedia: undefined });
  t.like(report, { joinsPerSecond: 0, failed: 0, limit: 'server' });
  t.is(report.rssKbPerViewer, undefined);
});

test('the table says why viewers failed, and what memory they take', t => {
  const lines = joinTable(joinReportOf([borne, beyond], { idle: undefined, withMedia: 92 })).split('\n');
  t.deepEqual(lines.slice(4), [
    '800 a second: 3 failed, one because: 503',
    '400 joins a second, nobody failed; with more, viewers fail',
    'memory a viewer: 92 kB with media, unknown without',
  ]);
});
