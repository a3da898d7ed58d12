import test from 'ava';
import { fanoutTable } from '../../../gateway/cli/bench/fanout-table.ts';
import { caseOf, type GroupRun, type HeldRun } from '../../../simulations/bench/fanout-report.ts';

const sink: HeldRun = {
  viewers: 300,
  failed: 0,
  packetsPerSecond: 28_500.4,
  cpuUs: { median: 4.126, min: 4, max: 4.3 },
  floorUs: 2.004,
  timesFloor: { median: 2, min: 1.9, max: 2.1 },
  serverCpu: 0.118,
  serverWaited: 0.004,
  rssMb: 130,
};
const run: GroupRun = {
  group: { recording: '350', cases: [{ name: '350k-300', recording: '350', viewers: 300 }] },
  rssMbBefore: 100,
  sinks: [sink],
  portable: { ...sink, cpuUs: { median: 18.2, min: 18, max: 19 } },
  busyViewers: 2000,
  busy: {
    ...sink,
    viewers: 1990,
    failed: 10,
    failure: '503',
    cpuUs: { median: 3, min: 2.9, max: 3.2 },
    floorUs: 2.5,
    timesFloor: { median: 1.204, min: 1.1, max: 1.3 },
  },
  readFloor: { cpuUs: 2.2, delayMsP50: 1.004, delayMsP99: 3 },
  read: {
    viewers: 1700,
    packetsPerSecond: 160_000,
    cpuUsPerPacket: 4,
    serverCpu: 0.7,
    serverWaited: 0.12,
    loadCpu: 0.95,
    published: 475,
    lost: 3,
    repeated: 0,
    delaysMs: [Float64Array.of(1, 2), Float64Array.of(3, 4)],
    ended: 0,
  },
  most: undefined,
};

test('a case: its own cost and floor, the busy figure of its recording, and the run that is read', t => {
  t.deepEqual(caseOf(run, 0), {
    name: '350k-300',
    viewers: 300,
    packetsPerSecond: 28_500,
    cpuUsPerPacket: 4.13,
    cpuUsPerPacketMin: 4,
    cpuUsPerPacketMax: 4.3,
    floorUsPerPacket: 2,
    portableUsPerPacket: 18.2,
    lost: 3,
    delayMsP50: 2,
    delayMsP99: 4,
    rssKbPerViewer: 103,
    serverCpu: 0.12,
    serverWaited: 0,
    failed: 0,
    busy: {
      viewers: 1990,
      packetsPerSecond: 28_500,
      serverCpu: 0.12,
      cpuUsPerPacket: 3,
      cpuUsPerPacketMin: 2.9,
      cpuUsPerPacketMax: 3.2,
      floorUsPerPacket: 2.5,
      timesFloor: 1.2,
      timesFloorMin: 1.1,
      timesFloorMax: 1.3,
      failed: 10,
      failure: '503',
    },
    read: {
      viewers: 1700,
      packetsPerSecond: 160_000,
      serverCpu: 0.7,
      serverWaited: 0.12,
      loadCpu: 0.95,
      isGeneratorSaturated: true,
      floorDelayMsP50: 1,
      floorDelayMsP99: 3,
    },
  });
});

test('the table says who failed, that the clients were at their limit, and that the machine was busy', t => {
  const lines = fanoutTable({ cases: [caseOf(run, 0)] }).split('\n');
  t.deepEqual(lines.slice(3), [
    '350k-300: 10 viewers without media, one because: 503',
    '350k-300, read: publisher and viewers took 0.95 of a CPU: it is they that were measured',
    '350k-300: other programs had the node’s CPU, so this tells little',
  ]);
});
