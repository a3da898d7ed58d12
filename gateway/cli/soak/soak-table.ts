/** What `zrtc soak` shows people. */
import type { SoakReport } from '../../../simulations/soak/soak-report.ts';
import { figureTable } from '../bench/table.ts';

/** More are told by their number. */
const OUTSIDE_SHOWN = 20;

export function soakTable(report: SoakReport): string {
  const { hours, seed, link, sites, cores, joins, stalls, log } = report;
  const outside = report.interruptions.filter(({ incident }) => incident === undefined);
  const delays = Object.entries(report.delayMs).map(
    ([kind, { p50, p99, max }]) => `${kind} p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`,
  );
  return [
    `${hours} h, seed ${seed}: ${sites.join(', ')}; ${link}`,
    `${report.classes} classes, ${report.viewers} students, ${report.reconnects} came again after a loss`,
    '',
    ...figureTable(
      ['AT S', 'UNTIL S', 'INCIDENT', 'WHERE', 'INTERRUPTIONS', 'LONGEST MS'],
      report.incidents.map(({ kind, target, atS, untilS, interruptions, longestMs }) => [
        String(atS),
        String(untilS),
        kind,
        target,
        String(interruptions),
        String(longestMs),
      ]),
    ),
    '',
    `interruptions outside of incidents  ${outside.length === 0 ? 'none' : outside.length}`,
    ...outside
      .slice(0, OUTSIDE_SHOWN)
      .map(({ viewer, kind, atS, lengthMs }) => `  ${atS} s  ${viewer}: no ${kind} for ${lengthMs} ms`),
    '',
    ...figureTable(
      ['PROCESS', 'PID', 'LIVED S', 'MB FIRST', 'LAST', 'MB/H', 'DESCRIPTORS', 'MORE/H', 'CORES'],
      report.processes.map(one => [
        one.name,
        String(one.pid),
        String(Math.round(one.toS - one.fromS)),
        String(one.rssMbFirst),
        String(one.rssMbLast),
        one.mbPerHour === undefined ? '-' : String(one.mbPerHour),
        String(one.descriptorsLast),
        one.descriptorsPerHour === undefined ? '-' : String(one.descriptorsPerHour),
        String(one.cores),
      ]),
    ),
    '',
    `delay: ${delays.join('; ')}`,
    `first picture: p50 ${joins.msP50 ?? '-'} ms, p99 ${joins.msP99 ?? '-'} ms, max ${joins.msMax ?? '-'} ms of ${joins.count}`,
    `picture behind sound by ${skewOf(report)}`,
    `the clients stood still ${stalls.count} times, ${stalls.secondsTogether} s together, ${stalls.secondsMax} s at most`,
    `cores: nodes ${cores.nodes}, clients ${cores.clients}, the whole machine ${cores.machine}`,
    `in the nodes' logs: ${log.errors} errors, ${log.warnings} warnings`,
    ...log.lines.map(
      ({ atMs, node, text, count }) => `  ${Math.round(atMs / 1000)} s ${node} (${count}) ${text}`,
    ),
  ].join('\n');
}

/** Of the minutes' medians the least and the most, and the most that a percent was beyond. */
function skewOf({ minutes }: SoakReport): string {
  const medians = minutes.map(({ skewMs }) => skewMs).filter(skew => skew !== undefined);
  if (medians.length === 0) return 'nobody knows what';
  const worst = Math.max(...minutes.map(({ skewMsP99 }) => skewMsP99 ?? 0));
  return `${Math.min(...medians)} to ${Math.max(...medians)} ms (each minute's median), p99 up to ${worst} ms either way`;
}
