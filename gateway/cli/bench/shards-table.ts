/** What `zrtc bench shards` shows people. */
import type { CrossingFigures } from '../../../simulations/bench/crossing.ts';
import { crossingPlans } from '../../../simulations/bench/crossing-plans.ts';
import type { Spread } from '../../../simulations/bench/quantiles.ts';
import type { ShardsReport, ShardsRow, ShardViewers } from '../../../simulations/bench/shards.ts';
import { figureTable } from './table.ts';

const crossingHead = [
  'CROSSING',
  'P50 MS',
  'P99 MS',
  'MAX MS',
  'PACKETS/S',
  'DROPPED',
  'OVERWRITTEN',
  'BUSY',
];
const streamHead = [
  'CORES',
  'VIEWERS',
  'PACKETS/S',
  'LOST',
  'FAILED',
  'SAME CORE P50 MS',
  'P99 MS',
  'OTHER CORES P50 MS',
  'P99 MS',
  'NODE',
  'VIEWERS',
  'MACHINE',
];
const names = { idle: 'idle', sameThread: 'same thread', loaded: 'loaded', flood: 'flood' } as const;

export function shardsTable({ crossing, stream, cores }: ShardsReport): string {
  return [
    ...figureTable(
      crossingHead,
      crossingPlans.map(({ name }) => crossingRow(names[name], crossing[name])),
    ),
    `crossing adds while loaded: p50 ${spread(crossing.addedP50Ms)} ms, p99 ${spread(crossing.addedP99Ms)} ms`,
    '',
    ...figureTable(streamHead, stream.map(streamRow)),
    `NODE to MACHINE are busy cores; the machine has ${cores}`,
    ...stream.flatMap(({ cores: count, failed, failure }) =>
      failure === undefined ? [] : [`on ${count}: ${failed} failed, mostly: ${failure}`],
    ),
  ].join('\n');
}

function crossingRow(name: string, figures: CrossingFigures): readonly string[] {
  const { p50Ms, p99Ms, maxMs, packetsPerSecond, dropped, overwritten, busy } = figures;
  const times = [p50Ms, p99Ms, maxMs].map(value => value.toFixed(3));
  return [name, ...times, String(packetsPerSecond), String(dropped), String(overwritten), busy.toFixed(2)];
}

function streamRow(row: ShardsRow): readonly string[] {
  return [
    String(row.cores),
    String(row.viewers),
    String(row.packetsPerSecond),
    String(row.lost),
    String(row.failed),
    ...delays(row.sameCore),
    ...delays(row.otherCores),
    written(row.serverCores),
    row.viewersCpu.length === 0 ? '-' : row.viewersCpu.map(written).join(' + '),
    written(row.machineCpu),
  ];
}

function delays({ delayMsP50, delayMsP99 }: ShardViewers): readonly string[] {
  return [written(delayMsP50), written(delayMsP99)];
}

function spread({ median, min, max }: Spread): string {
  return `${median.toFixed(3)} (${min.toFixed(3)} to ${max.toFixed(3)})`;
}

function written(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}
