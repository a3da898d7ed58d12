/** What `zrtc bench storm` shows people. */
import type { StormReport } from '../../../simulations/bench/storm-report.ts';
import { columns } from '../command.ts';

export function stormTable(report: StormReport): string {
  const { joins, seconds, failed, viewersMax, packets } = report;
  return [
    ...columns([
      [
        'joins',
        `${joins} in ${seconds} s, ${failed} failed; at most ${viewersMax} viewers at once, ${packets} packets`,
      ],
      ...report.failures.map(({ reason, count }) => ['', `${count} × ${reason}`] as const),
      [
        'first frame',
        `p50 ${report.firstFrameMsP50} ms, p95 ${report.firstFrameMsP95}, p99 ${report.firstFrameMsP99}, most ${report.firstFrameMsMax}`,
      ],
      ['connected', `p50 ${report.connectedMsP50} ms, p95 ${report.connectedMsP95}`],
      [
        'keyframes',
        `${report.keyframesAsked} asked, at most ${report.keyframesAskedPerSecondMax} a second; ${report.keyframesEncoded} encoded`,
      ],
      ['QP', changeOf(report.qpBefore, report.qpDuring)],
      ['frames a second', changeOf(report.fpsBefore, report.fpsDuring)],
      ['lines', changeOf(report.frameHeightBefore, report.frameHeightDuring)],
      ['behind after 5 s', lagOf(report)],
      ['busy cores', coresOf(report)],
    ]),
  ].join('\n');
}

function changeOf(before: number, during: number): string {
  const change = before === 0 ? '' : ` (${signed(Math.round((during / before - 1) * 100))} %)`;
  return `${before} before, ${during} during${change}`;
}

function signed(percent: number): string {
  return percent > 0 ? `+${percent}` : String(percent);
}

function lagOf({ lagMsP50, lagMsP99, lagMsMax, lagViewers }: StormReport): string {
  if (lagMsP50 === undefined) return 'not known of any viewer';
  return `p50 ${lagMsP50} ms, p99 ${lagMsP99}, most ${lagMsMax}, of ${lagViewers} viewers`;
}

function coresOf({ serverCpu, loadCpu, publisherCpu, machineCpu, cores }: StormReport): string {
  const machine = `${machineCpu} of ${cores} in all`;
  if (serverCpu === undefined) return machine;
  return `node ${serverCpu}, viewers ${loadCpu}, publisher ${publisherCpu}; ${machine}`;
}
