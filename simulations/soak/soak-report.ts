/** What a soak comes to, and what it was to show. Pure. */

import { quantile } from '../bench/quantiles.ts';
import { hundredths, tenths } from '../rounding.ts';
import { type Incident, type Interruption, interruptionsOf } from './interruptions.ts';
import type { Growth, Lifetime, LifetimeFigures } from './lifetimes.ts';
import type { MinuteFigures } from './minutes.ts';
import type { LogFigures } from './node-logs.ts';
import type { SoakClientsDone } from './soak-clients.ts';

/**
 * V8 does not collect everything in each window, so the least of them move too: in seven nodes that lived for an hour, with no
 * leak known, the line through them rose by 2 to 24 MB. Whether that goes on an hour cannot tell. The limit stays the same
 * however long a run lasts: eight hours find 4 MB an hour.
 */
export const MB_GROWN_MAX = 30;
/**
 * A link that a node has dialled costs it three eventfds more than one that it has accepted: of a ZeroMQ socket of its own,
 * and of the two ends of its monitor. Who dials is chance after each restart of the other node, so by that links may take so many
 * more, once for each such node. A line through a step (as they may all come together) rises by up to 1.6 times the step.
 */
export const DESCRIPTORS_GROWN_MAX_PER_RESTARTED = 3 * 1.6;

export interface SoakRun {
  readonly hours: number;
  readonly seed: number;
  readonly link: string;
  readonly sites: readonly string[];
  readonly startMs: number;
  readonly durationMs: number;
  readonly incidents: readonly Incident[];
  /** What was planned and could not be done. */
  readonly troubles: readonly string[];
  readonly lifetimes: readonly LifetimeFigures[];
  readonly samples: readonly Lifetime[];
  readonly clients: SoakClientsDone;
  /** That were busy in all on the machine. */
  readonly machineCores: number;
  readonly log: LogFigures;
}

/** All times in it count from the beginning of the run, s. */
export interface SoakReport {
  readonly seed: number;
  readonly hours: number;
  readonly link: string;
  readonly sites: readonly string[];
  readonly ok: boolean;
  /** What was claimed and does not hold. */
  readonly failures: readonly string[];
  /** Processes whose memory or descriptors are not flat. */
  readonly growing: readonly string[];
  /** What was planned and could not be done. */
  readonly troubles: readonly string[];
  readonly incidents: readonly SoakIncident[];
  readonly interruptions: readonly SoakInterruption[];
  readonly interruptionsOutside: number;
  readonly processes: readonly SoakProcess[];
  readonly minutes: readonly MinuteFigures[];
  /** Of all pictures and all sounds. */
  readonly delayMs: Readonly<
    Record<string, { readonly p50: number; readonly p99: number; readonly max: number }>
  >;
  readonly joins: {
    readonly count: number;
    readonly msP50?: number;
    readonly msP99?: number;
    readonly msMax?: number;
  };
  readonly classes: number;
  readonly viewers: number;
  readonly reconnects: number;
  /** Times that the clients themselves stood still. */
  readonly stalls: { readonly count: number; readonly secondsTogether: number; readonly secondsMax: number };
  readonly cores: { readonly nodes: number; readonly clients: number; readonly machine: number };
  readonly log: LogFigures;
  /** For the plots. */
  readonly memory: readonly {
    readonly name: string;
    readonly points: readonly (readonly [s: number, mb: number])[];
  }[];
}

export interface SoakIncident {
  readonly kind: string;
  readonly target: string;
  readonly atS: number;
  readonly untilS: number;
  /** Interruptions that it explains, and the longest of them. */
  readonly interruptions: number;
  readonly longestMs: number;
}

export interface SoakInterruption {
  readonly viewer: string;
  readonly kind: string;
  readonly atS: number;
  readonly lengthMs: number;
  /** The incident that explains it, by its place in the list; absent where none does. */
  readonly incident?: number;
}

export interface SoakProcess extends Omit<LifetimeFigures, 'fromMs' | 'toMs' | 'growth'>, Partial<Growth> {
  readonly fromS: number;
  readonly toS: number;
}

export function soakReportOf(run: SoakRun): SoakReport {
  const { clients, startMs, lifetimes } = run;
  const interruptions = interruptionsOf(clients.gaps, run.incidents, clients.stalls);
  const outside = interruptions.filter(({ incident }) => incident === undefined);
  const growing = lifetimes.flatMap(growthOf);
  const failures = [
    ...(outside.length > 0 ? [`${outside.length} interruptions outside of incidents`] : []),
    ...growing,
    ...run.troubles,
  ];
  const seconds = (ms: number) => tenths((ms - startMs) / 1000);
  const { joinMs, stalls } = clients;
  return {
    seed: run.seed,
    hours: run.hours,
    link: run.link,
    sites: run.sites,
    ok: failures.length === 0,
    failures,
    growing,
    troubles: run.troubles,
    incidents: run.incidents.map(({ kind, target, fromMs, toMs }, i) => {
      const own = interruptions.filter(({ incident }) => incident === i);
      const longestMs = Math.max(0, ...own.map(({ lengthMs }) => lengthMs));
      const [atS, untilS] = [seconds(fromMs), seconds(toMs)];
      return { kind, target, atS, untilS, interruptions: own.length, longestMs };
    }),
    interruptions: interruptions.map(one => interruptionAt(one, seconds)),
    interruptionsOutside: outside.length,
    processes: lifetimes.map(({ fromMs, toMs, growth, ...rest }) => ({
      ...rest,
      fromS: seconds(fromMs),
      toS: seconds(toMs),
      ...growth,
    })),
    minutes: clients.minutes,
    delayMs: delaysOf(clients),
    joins: {
      count: joinMs.length,
      ...(joinMs.length > 0 && {
        msP50: Math.round(quantile(joinMs, 0.5)),
        msP99: Math.round(quantile(joinMs, 0.99)),
        msMax: Math.round(quantile(joinMs, 1)),
      }),
    },
    classes: clients.classes,
    viewers: clients.viewers,
    reconnects: clients.reconnects,
    stalls: {
      count: stalls.length,
      secondsTogether: tenths(stalls.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000),
      secondsMax: tenths(Math.max(0, ...stalls.map(({ fromMs, toMs }) => toMs - fromMs)) / 1000),
    },
    cores: coresOf(run),
    log: {
      ...run.log,
      lines: run.log.lines.map(line => ({ ...line, atMs: Math.round(line.atMs - startMs) })),
    },
    memory: run.samples.map(({ name, pid, samples }) => ({
      name: `${name} (${pid})`,
      points: samples.map(({ atMs, rssMb }) => [seconds(atMs), tenths(rssMb)] as const),
    })),
  };
}

/** What grows in the process that is to be flat. The clients are no part of what is claimed. */
function growthOf({ name, pid, growth }: LifetimeFigures): readonly string[] {
  if (growth === undefined || name === CLIENTS) return [];
  const { mbGrown, mbPerHour, descriptorsGrown, descriptorsPerHour, othersRestarted } = growth;
  // Where none was started again, as if one had been: clients have descriptors too.
  const descriptorsMax = DESCRIPTORS_GROWN_MAX_PER_RESTARTED * Math.max(1, othersRestarted);
  return [
    ...(mbGrown > MB_GROWN_MAX
      ? [`${name} (pid ${pid}) grew by ${mbGrown} MB, ${mbPerHour} MB an hour`]
      : []),
    ...(descriptorsGrown > descriptorsMax
      ? [
          `${name} (pid ${pid}) opened ${descriptorsGrown} descriptors more than it closed, ${descriptorsPerHour} an hour`,
        ]
      : []),
  ];
}

/** As the clients' process is called among those that are watched. */
export const CLIENTS = 'clients';

function interruptionAt(
  { viewer, kind, fromMs, lengthMs, incident }: Interruption,
  seconds: (ms: number) => number,
) {
  return { viewer, kind, atS: seconds(fromMs), lengthMs, ...(incident !== undefined && { incident }) };
}

/** Of what there was. */
function delaysOf({ delays }: SoakClientsDone): SoakReport['delayMs'] {
  const some = Object.entries(delays).filter(([, { count }]) => count > 0);
  return Object.fromEntries(
    some.map(([kind, { p50Ms, p99Ms, maxMs }]) => [kind, { p50: p50Ms, p99: p99Ms, max: maxMs }]),
  );
}

function coresOf({ samples, durationMs, machineCores }: SoakRun): SoakReport['cores'] {
  const used = (isOne: (name: string) => boolean) =>
    samples
      .filter(({ name }) => isOne(name))
      .reduce((sum, { samples: own }) => sum + own.at(-1)!.cpuMs - own[0]!.cpuMs, 0) / durationMs;
  return {
    nodes: hundredths(used(name => name !== CLIENTS)),
    clients: hundredths(used(name => name === CLIENTS)),
    machine: hundredths(machineCores),
  };
}
