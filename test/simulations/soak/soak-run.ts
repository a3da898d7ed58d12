/** What a soak of an hour has brought in which nothing went wrong but what was made to, for tests to change. */
import { DelayDistribution } from '../../../simulations/delay-distribution.ts';
import { Lifetimes } from '../../../simulations/soak/lifetimes.ts';
import type { SoakRun } from '../../../simulations/soak/soak-report.ts';

const MINUTE_MS = 60_000;
const START_MS = 5_000_000;
const DURATION_MS = 60 * MINUTE_MS;

/** At so many seconds of the run, on the clock of the machine. */
export function at(seconds: number): number {
  return START_MS + seconds * 1000;
}

/** What a relay has at each minute, beyond what it has at first. */
export interface RelayGrowth {
  readonly mb?: (minute: number) => number;
  readonly descriptors?: (minute: number) => number;
  /** Other nodes that are killed on the way. */
  readonly othersRestarted?: number;
}

/** A relay and the clients, looked at every minute. */
export function soakRun(
  { mb = () => 0, descriptors = () => 0, othersRestarted = 0 }: RelayGrowth = {},
  changes: Partial<SoakRun['clients']> = {},
  more: Partial<SoakRun> = {},
): SoakRun {
  const lifetimes = new Lifetimes();
  const delays = new DelayDistribution();
  for (let picture = 1; picture <= 100; picture += 1) delays.add(picture > 98 ? 40 : 25);
  for (let minute = 0; minute <= 60; minute += 1) {
    const sample = { atMs: START_MS + minute * MINUTE_MS, cpuMs: minute * 3_000 };
    const hours = minute / 60;
    lifetimes.add('relay', 7, { ...sample, rssMb: 200 + mb(minute), descriptors: 60 + descriptors(minute) });
    // Of these nothing is claimed.
    lifetimes.add('clients', 8, { ...sample, rssMb: 100 + 500 * hours, descriptors: 40 });
  }
  for (let other = 0; other < othersRestarted; other += 1) {
    for (const minute of [0, 20 + other]) {
      const sample = { atMs: START_MS + minute * MINUTE_MS, rssMb: 200, descriptors: 60, cpuMs: 0 };
      lifetimes.add(`other ${other}`, 100 + 10 * other + Number(minute > 0), sample);
    }
  }
  return {
    hours: 1,
    seed: 1,
    link: 'delay=20,loss=1',
    sites: ['beijing', 'guangzhou'],
    startMs: START_MS,
    durationMs: DURATION_MS,
    incidents: [{ kind: 'relay-killed', target: 'beijing-relay', fromMs: at(100), toMs: at(100) }],
    troubles: [],
    lifetimes: lifetimes.figures(DURATION_MS),
    samples: lifetimes.all,
    clients: {
      kind: 'done',
      gaps: [
        { viewer: 'one', kind: 'video', fromMs: at(100), toMs: at(102) },
        { viewer: 'one', kind: 'audio', fromMs: at(100), toMs: at(103) },
      ],
      stalls: [{ fromMs: at(500), toMs: at(500.5) }],
      minutes: [
        { minute: 0, joins: 1, joinMsMax: 700, lateMsMax: 3, videoMsP50: 26, videoMsP99: 40, skewMs: 0.1 },
      ],
      delays: { audio: new DelayDistribution().figures, video: delays.figures },
      classes: 3,
      viewers: 9,
      reconnects: 2,
      joinMs: [700, 800],
      ...changes,
    },
    machineCores: 1,
    log: {
      errors: 0,
      warnings: 1,
      lines: [{ atMs: at(100), node: 'scheduler', text: 'a link ended', count: 1 }],
    },
    ...more,
  };
}
