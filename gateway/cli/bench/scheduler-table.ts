/** What `zrtc bench scheduler` shows people. */
import type { SchedulerReport } from '../../../simulations/bench/scheduler.ts';
import { columns } from '../command.ts';

export function schedulerTable(report: SchedulerReport): string {
  const { edges, sites, streams, placements, refused } = report;
  return [
    ...columns([
      ['cluster', `${edges} edges in ${sites} sites, ${streams} streams live`],
      ['crowd', `${placements} placed in 10 s, ${refused} refused`],
      ['placements', `${report.placementsPerSecond} a second of processor time`],
      ['one of them', `p50 ${report.p50Ms} ms, p99 ${report.p99Ms}`],
      ['fullest edge', `${report.imbalance} times the mean of its site`],
      ['announcements', `${report.registrationsCpuMs} ms of processor time a second`],
      ['memory', `${report.rssMb} MB`],
    ]),
  ].join('\n');
}
