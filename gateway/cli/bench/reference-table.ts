/** What `zrtc bench reference` shows people. */
import type { ReferenceCase, ReferenceReport } from '../../../simulations/bench/reference.ts';
import { figureTable } from './table.ts';

const head = [
  'OPUS',
  'PULLS',
  'PACKETS/S',
  'GBIT/S',
  'LOST',
  'FAILED',
  'P50 MS',
  'P99 MS',
  'MAX MS',
  'RSS MB',
  'NODE',
  'PUBLISHERS',
  'VIEWERS',
  'MACHINE',
];

export function referenceTable({ cases, largest, largestUnder10Ms, cores }: ReferenceReport): string {
  return [
    ...figureTable(head, cases.map(rowOf)),
    `NODE to MACHINE are busy cores; the machine has ${cores}`,
    ...cases.flatMap(failureOf),
    ...largest.map(
      ({ audio, under10Ms, withoutLoss }) =>
        `${audio ? 'with' : 'without'} Opus: ${withoutLoss} pulls without loss, ${under10Ms} with p99 under 10 ms`,
    ),
    ...(largest.length > 1 ? [`either way: ${largestUnder10Ms} with p99 under 10 ms`] : []),
  ].join('\n');
}

function rowOf(one: ReferenceCase): readonly string[] {
  return [
    one.audio ? 'yes' : 'no',
    String(one.pulls),
    String(one.packetsPerSecond),
    one.gbps.toFixed(3),
    String(one.lost),
    String(one.failed),
    written(one.delayMsP50),
    written(one.delayMsP99),
    written(one.delayMsMax),
    one.rssMb === undefined ? '-' : String(one.rssMb),
    written(one.serverCores),
    written(one.publishersCpu),
    one.viewersCpu.length === 0 ? '-' : one.viewersCpu.map(written).join(' + '),
    written(one.machineCpu),
  ];
}

function failureOf({ pulls, audio, failed, failure }: ReferenceCase): readonly string[] {
  if (failure === undefined) return [];
  return [`${pulls} pulls ${audio ? 'with' : 'without'} Opus: ${failed} failed, mostly: ${failure}`];
}

function written(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}
