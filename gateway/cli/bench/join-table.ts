/** What `zrtc bench join` shows people. */
import type { JoinReport, JoinTried } from '../../../simulations/bench/join-report.ts';
import { figureTable } from './table.ts';

const head = [
  'JOINS/S',
  'FAILED',
  'CPU MS/JOIN',
  'MEDIA P50 MS',
  'P95 MS',
  'CLASS P50 MS',
  'P99 MS',
  'LOST',
  'NODE',
  'WAITED',
  'CLIENTS',
  'LATE MS',
];

const limits = {
  server: 'with more, viewers fail',
  generator: 'with more, it is the load clients that are at their limit',
  'not found': 'more was not tried',
} as const;

export function joinTable(report: JoinReport): string {
  const { joinsPerSecond, rates, limit, rssKbPerViewer, rssKbPerIdleViewer } = report;
  return [
    ...figureTable(head, rates.map(rowOf)),
    'NODE and CLIENTS are shares of a CPU, WAITED how much of the time something else had the node’s; LATE the clients were',
    ...rates.flatMap(({ rate, failed, failure }) =>
      failure === undefined ? [] : [`${rate} a second: ${failed} failed, one because: ${failure}`],
    ),
    `${joinsPerSecond} joins a second, nobody failed; ${limits[limit]}`,
    `memory a viewer: ${kbOf(rssKbPerViewer)} with media, ${kbOf(rssKbPerIdleViewer)} without`,
  ].join('\n');
}

function rowOf(one: JoinTried): readonly string[] {
  return [
    String(one.rate),
    String(one.failed),
    one.cpuMsPerJoin.toFixed(2),
    written(one.mediaMsP50),
    written(one.mediaMsP95),
    written(one.delayMsP50),
    written(one.delayMsP99),
    String(one.lost),
    one.serverCpu.toFixed(2),
    one.serverWaited.toFixed(2),
    one.loadCpu.toFixed(2),
    String(one.lateMsMax),
  ];
}

function kbOf(kb: number | undefined): string {
  return kb === undefined ? 'unknown' : `${kb} kB`;
}

function written(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}
