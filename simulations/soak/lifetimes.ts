/** What each process held at each moment of its life, and whether that grows. A core without clock. */
import { tenths, thousandths } from '../rounding.ts';

/** One look at a process. */
export interface Sample {
  readonly atMs: number;
  readonly rssMb: number;
  readonly descriptors: number;
  /** That it has used so far. */
  readonly cpuMs: number;
}

export interface Lifetime {
  readonly name: string;
  readonly pid: number;
  readonly samples: Sample[];
}

export interface LifetimeFigures {
  readonly name: string;
  readonly pid: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rssMbFirst: number;
  readonly rssMbLast: number;
  readonly rssMbMax: number;
  readonly descriptorsLast: number;
  readonly cores: number;
  /** After its warm-up; absent where it did not live long enough to tell. */
  readonly growth?: Growth;
}

export interface Growth {
  /** The slope, and what it comes to in the time that it was seen over. */
  readonly mbPerHour: number;
  readonly mbGrown: number;
  readonly descriptorsPerHour: number;
  readonly descriptorsGrown: number;
  /** Other processes that were started again while it lived, each counted once. */
  readonly othersRestarted: number;
}

const HOUR_MS = 3_600_000;
/** In the first minutes code is compiled, and heaps and pools find their size. */
const WARM_UP_MAX_MS = 600_000;
const WARM_UP_SHARE = 1 / 4;
/**
 * Between two full collections V8 leaves tens of MB of garbage, which say nothing, and clients have descriptors while they are
 * there: of each window the least is taken. In one of five minutes an old heap was mostly collected once or more.
 */
const WINDOW_MIN_MS = 300_000;
/** Enough for a line. Longer lives have longer windows: long runs are looked at seldom, and each is to have dozens of samples. */
const WINDOWS_MAX = 12;
/** Two points make a line whatever they are; three may tell. */
export const JUDGED_MIN_MS = 3 * WINDOW_MIN_MS;

export class Lifetimes {
  readonly #byPid = new Map<number, Lifetime>();

  get all(): readonly Lifetime[] {
    return [...this.#byPid.values()];
  }

  add(name: string, pid: number, sample: Sample): void {
    const known = this.#byPid.get(pid);
    if (known !== undefined) known.samples.push(sample);
    else this.#byPid.set(pid, { name, pid, samples: [sample] });
  }

  figures(runMs: number): readonly LifetimeFigures[] {
    const warmUpMs = Math.min(WARM_UP_MAX_MS, runMs * WARM_UP_SHARE);
    return this.all.map(lifetime => figuresOf(lifetime, warmUpMs, this.#restartedDuring(lifetime)));
  }

  #restartedDuring({ name, samples }: Lifetime): number {
    const [fromMs, toMs] = [samples[0]!.atMs, samples.at(-1)!.atMs];
    const known = new Set<string>();
    const restarted = new Set<string>();
    for (const other of this.all) {
      const { atMs } = other.samples[0]!;
      if (other.name !== name && known.has(other.name) && atMs >= fromMs && atMs <= toMs)
        restarted.add(other.name);
      known.add(other.name);
    }
    return restarted.size;
  }
}

function figuresOf(
  { name, pid, samples }: Lifetime,
  warmUpMs: number,
  othersRestarted: number,
): LifetimeFigures {
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const warm = samples.filter(({ atMs }) => atMs - first.atMs >= warmUpMs);
  const isJudged = warm.length > 0 && last.atMs - warm[0]!.atMs >= JUDGED_MIN_MS;
  const lifeMs = Math.max(1, last.atMs - first.atMs);
  return {
    name,
    pid,
    fromMs: first.atMs,
    toMs: last.atMs,
    rssMbFirst: tenths(first.rssMb),
    rssMbLast: tenths(last.rssMb),
    rssMbMax: tenths(Math.max(...samples.map(({ rssMb }) => rssMb))),
    descriptorsLast: last.descriptors,
    cores: thousandths((last.cpuMs - first.cpuMs) / lifeMs),
    ...(isJudged && { growth: { ...growthOf(warm), othersRestarted } }),
  };
}

function growthOf(samples: readonly Sample[]): Omit<Growth, 'othersRestarted'> {
  const hours = (samples.at(-1)!.atMs - samples[0]!.atMs) / HOUR_MS;
  const mbPerHour = slope(troughs(samples, 'rssMb'));
  const descriptorsPerHour = slope(troughs(samples, 'descriptors'));
  return {
    mbPerHour: tenths(mbPerHour),
    mbGrown: tenths(mbPerHour * hours),
    descriptorsPerHour: tenths(descriptorsPerHour),
    descriptorsGrown: tenths(descriptorsPerHour * hours),
  };
}

/** The least of each window, in the window's middle (hours). */
function troughs(samples: readonly Sample[], of: 'rssMb' | 'descriptors') {
  const fromMs = samples[0]!.atMs;
  const spanMs = samples.at(-1)!.atMs - fromMs;
  const count = Math.min(WINDOWS_MAX, Math.floor(spanMs / WINDOW_MIN_MS));
  const least = new Map<number, number>();
  for (const sample of samples) {
    // The last sample ends the last window.
    const window = Math.min(count - 1, Math.floor(((sample.atMs - fromMs) / spanMs) * count));
    least.set(window, Math.min(least.get(window) ?? Number.POSITIVE_INFINITY, sample[of]));
  }
  return [...least].map(([window, value]) => [((window + 0.5) / count) * (spanMs / HOUR_MS), value] as const);
}

/** By least squares; 0 when all points have one x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
