/** What `zrtc bench fanout` shows people. */
import {
  type FanoutFigures,
  type FanoutReport,
  isDisturbed,
} from '../../../simulations/bench/fanout-report.ts';
import { figureTable } from './table.ts';

const head = [
  'CASE',
  'VIEWERS',
  'PACKETS/S',
  'µS/PACKET',
  '(MIN TO MAX)',
  'FLOOR',
  'PORTABLE',
  'BUSY AT',
  'BUSY µS',
  '(MIN TO MAX)',
  'FLOOR',
  'TIMES',
  '(MIN TO MAX)',
  'READ AT',
  'LOST',
  'P50 MS',
  'P99 MS',
  'FLOOR P99',
  'KB/VIEWER',
  'NODE',
  'WAITED',
];

export function fanoutTable({ cases, most }: FanoutReport): string {
  return [
    ...figureTable(head, cases.map(rowOf)),
    'BUSY AT and READ AT are viewers; NODE is its share of the CPU, WAITED how much of the time something else had it',
    ...cases.flatMap(failureOf),
    ...cases.flatMap(saturationOf),
    ...cases
      .filter(isDisturbed)
      .map(({ name }) => `${name}: other programs had the node’s CPU, so this tells little`),
    ...(most === undefined
      ? []
      : [
          `most without loss: ${Math.round(most.packetsPerSecond)} packets a second to ${most.viewers} viewers, ` +
            `the node at ${most.serverCpu.toFixed(2)} of its CPU; beyond that ${limits[most.limit]}`,
        ]),
  ].join('\n');
}

const limits = {
  server: 'it loses packets',
  generator: 'it is the load clients that are at their limit',
  'not found': 'nobody looked',
} as const;

function rowOf({ busy, read, ...one }: FanoutFigures): readonly string[] {
  return [
    one.name,
    String(one.viewers),
    String(one.packetsPerSecond),
    one.cpuUsPerPacket.toFixed(2),
    `(${one.cpuUsPerPacketMin.toFixed(2)} to ${one.cpuUsPerPacketMax.toFixed(2)})`,
    one.floorUsPerPacket.toFixed(2),
    one.portableUsPerPacket.toFixed(2),
    String(busy.viewers),
    busy.cpuUsPerPacket.toFixed(2),
    `(${busy.cpuUsPerPacketMin.toFixed(2)} to ${busy.cpuUsPerPacketMax.toFixed(2)})`,
    busy.floorUsPerPacket.toFixed(2),
    busy.timesFloor.toFixed(2),
    `(${busy.timesFloorMin.toFixed(2)} to ${busy.timesFloorMax.toFixed(2)})`,
    String(read.viewers),
    String(one.lost),
    written(one.delayMsP50),
    written(one.delayMsP99),
    read.floorDelayMsP99.toFixed(2),
    one.rssKbPerViewer === undefined ? '-' : String(one.rssKbPerViewer),
    one.serverCpu.toFixed(2),
    one.serverWaited.toFixed(2),
  ];
}

function failureOf({ name, busy, ...own }: FanoutFigures): readonly string[] {
  return [own, busy].flatMap(({ failed, failure = 'it took too long' }) =>
    failed === 0 ? [] : [`${name}: ${failed} viewers without media, one because: ${failure}`],
  );
}

function saturationOf({ name, read }: FanoutFigures): readonly string[] {
  if (!read.isGeneratorSaturated) return [];
  return [
    `${name}, read: publisher and viewers took ${read.loadCpu} of a CPU: it is they that were measured`,
  ];
}

function written(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}
