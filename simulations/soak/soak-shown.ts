/** A soak as its page shows it. Pure. */
import type { FigureRecord, Report, Series, TimelineEvent } from '../report/report.ts';
import type { MinuteFigures } from './minutes.ts';
import type { SoakReport } from './soak-report.ts';

const MINUTE_MS = 60_000;
const EXPLANATION: readonly string[] = [
  'Four sites with a push edge, a relay and a pull edge each, a scheduler and a gateway, every one a process of its own, as',
  'zrtc cluster starts them; real ZeroMQ, KCP, ICE, DTLS and SRTP. Classes begin and end, students come and go, and by marks',
  'in the packets it is known when each picture and each sound was made. Nodes are killed and drained, and lines made worse.',
  'Picture and sound count as out of step by what the sender reports (RTCP) tell a player to do.',
];

export function shown(report: SoakReport): Report {
  const { seed, hours, link, sites, ok, incidents, minutes, memory, cores, stalls, joins } = report;
  const shades = incidents.map(({ kind, target, atS, untilS }) => ({
    from: atS * 1000,
    to: untilS * 1000,
    what: `${kind} ${target}`,
  }));
  const atEnd = (invariant: string, details: readonly string[]) =>
    details.map(detail => ({ invariant, atMs: hours * 60 * MINUTE_MS, detail }));
  const overTime = { x: 'time', style: 'line', xScale: 'time', shades } as const;
  return {
    title: `Soak: ${sites.length} sites for ${hours} h`,
    summary:
      `${report.classes} classes, ${report.viewers} students, ${incidents.length} incidents: ` +
      `${report.interruptionsOutside === 0 ? 'no' : report.interruptionsOutside} interruptions outside of them`,
    explanation: EXPLANATION,
    command: `zrtc soak --hours ${hours} --seed ${seed} --link ${link}`,
    ok,
    facts: { seed, hours, link, sites: sites.join(', ') },
    figures: {
      incidents: incidents.map(one => ({ ...one })),
      processes: report.processes.map(one => ({
        ...one,
        mbPerHour: one.mbPerHour ?? '-',
        mbGrown: one.mbGrown ?? '-',
        descriptorsPerHour: one.descriptorsPerHour ?? '-',
        descriptorsGrown: one.descriptorsGrown ?? '-',
        othersRestarted: one.othersRestarted ?? '-',
      })),
      delayMs: Object.entries(report.delayMs).map(([of, figures]) => ({ of, ...figures })),
      joins: { ...joins },
      cores: { ...cores },
      clientsStoodStill: { ...stalls },
      inTheLogs: report.log.lines.map((line): FigureRecord => ({ ...line })),
    },
    violations: [
      ...report.interruptions
        .filter(({ incident }) => incident === undefined)
        .map(({ viewer, kind, atS, lengthMs }) => ({
          invariant: 'no interruption outside of incidents',
          atMs: atS * 1000,
          detail: `${viewer}: no ${kind} for ${lengthMs} ms`,
        })),
      ...atEnd('memory and descriptors are flat', report.growing),
      ...atEnd('incidents are made as planned', report.troubles),
    ],
    timeline: timelineOf(report),
    plots: [
      {
        ...overTime,
        title: 'Delay of pictures',
        y: 'from the camera to the screen, ms',
        series: [series(minutes, 'p50', 'videoMsP50'), series(minutes, 'p99', 'videoMsP99')],
      },
      {
        ...overTime,
        title: 'Delay of sound',
        y: 'from the microphone to the ear, ms',
        series: [series(minutes, 'p50', 'audioMsP50'), series(minutes, 'p99', 'audioMsP99')],
      },
      {
        ...overTime,
        title: 'Pictures behind sound',
        y: 'ms',
        series: [series(minutes, 'median', 'skewMs'), series(minutes, 'p99, either way', 'skewMsP99')],
      },
      {
        ...overTime,
        title: 'Memory of each process',
        y: 'in memory (RSS), MB',
        series: memory.map(({ name, points }) => ({ name, points: points.map(([s, mb]) => [s * 1000, mb]) })),
      },
      {
        ...overTime,
        title: 'How late the clients themselves were',
        y: 'at most in each minute, ms',
        series: [series(minutes, 'clients', 'lateMsMax')],
        note: 'They see nothing of what comes meanwhile: other things on the machine show here first.',
      },
    ],
  };
}

/** Of each minute, in its middle. */
function series(minutes: readonly MinuteFigures[], name: string, of: keyof MinuteFigures): Series {
  return {
    name,
    points: minutes.map(one => [(one.minute + 0.5) * MINUTE_MS, one[of] ?? Number.NaN] as const),
  };
}

function timelineOf({ incidents, interruptions }: SoakReport): readonly TimelineEvent[] {
  return [
    ...incidents.map(({ kind, target, atS, untilS }) => ({
      atMs: atS * 1000,
      untilMs: untilS * 1000,
      kind: 'fault' as const,
      what: `${kind} ${target}`,
    })),
    ...interruptions.map(({ viewer, kind, atS, lengthMs, incident }) => ({
      atMs: atS * 1000,
      untilMs: atS * 1000 + lengthMs,
      kind: 'interruption' as const,
      what: `${viewer}: no ${kind}${incident === undefined ? '' : ` (incident ${incident})`}`,
    })),
  ].sort((one, other) => one.atMs - other.atMs);
}
