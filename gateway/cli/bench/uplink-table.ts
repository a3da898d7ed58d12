/** What `zrtc bench uplink` shows people. */
import type { UplinkComparison, UplinkReport, UplinkRow } from '../../../simulations/bench/uplink-report.ts';
import { figureTable } from './table.ts';

const head = [
  'LOSS %',
  'BURST',
  'REPAIRS',
  'CONTROL',
  'FREEZES',
  'FREEZE MS',
  '(MIN TO MAX)',
  'AUDIO GAP MS',
  'DELAY P50 MS',
  'P99 MS',
  'UNDECODABLE',
  'ON ARRIVAL',
  'CORRUPT',
  'RESETS',
  'FPS',
  'KBIT/S',
  'LATE MS',
];

export function uplinkTable({ rows, onLessOff }: UplinkReport): string {
  return [...figureTable(head, rows.map(rowOf)), ...onLessOff.map(comparisonOf)].join('\n');
}

function rowOf(row: UplinkRow): readonly string[] {
  return [
    String(row.loss),
    String(row.burst),
    row.repairs,
    row.control,
    String(row.freezes),
    whole(row.freezeMs),
    `(${whole(row.freezeMsMin)} to ${whole(row.freezeMsMax)})`,
    whole(row.audioGapMs),
    whole(row.delayMsP50),
    whole(row.delayMsP99),
    String(row.undecodableFrames),
    String(row.undecodableOnArrival),
    String(row.corruptFrames),
    String(row.decoderResets),
    row.framesPerSecond.toFixed(1),
    whole(row.bitrateKbps),
    whole(row.captureLateMsP99),
  ];
}

function comparisonOf(less: UplinkComparison): string {
  const { loss, burst, repairs } = less;
  return (
    `${loss} % in bursts of ${burst}${repairs === 'on' ? '' : ' for good'}, on less off: freezes ${signed(less.freezeMs)} ms, ` +
    `audio gaps ${signed(less.audioGapMs)} ms, delay p50 ${signed(less.delayMsP50)} ms, ` +
    `p99 ${signed(less.delayMsP99)} ms, undecodable frames ${signed(less.undecodableFrames)}`
  );
}

function whole(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(0);
}

function signed(value: number): string {
  return value > 0 ? `+${whole(value)}` : whole(value);
}
