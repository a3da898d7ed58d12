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
  /** Of its samples without those of its warm-up; absent where it did not live long enough to tell. */
  readonly slopes?: { readonly mbPerHour: number; readonly descriptorsPerHour: number };
}

const HOUR_MS = 3_600_000;
/** In the first minutes code is compiled, and heaps and pools find their size. */
const WARM_UP_MAX_MS = 600_000;
const WARM_UP_SHARE = 1 / 4;
/** What V8 lets grow between two collections is a few MB: within less time than this that is a slope of its own. */
export const JUDGED_MIN_MS = 900_000;

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
    return this.all.map(lifetime => figuresOf(lifetime, Math.min(WARM_UP_MAX_MS, runMs * WARM_UP_SHARE)));
  }
}

function figuresOf({ name, pid, samples }: Lifetime, warmUpMs: number): LifetimeFigures {
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const warm = samples.filter(({ atMs }) => atMs - first.atMs >= warmUpMs);
  const isJudged = warm.length > 2 && last.atMs - warm[0]!.atMs >= JUDGED_MIN_MS;
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
    ...(isJudged && {
      slopes: {
        mbPerHour: tenths(slope(warm.map(({ atMs, rssMb }) => [atMs / HOUR_MS, rssMb]))),
        descriptorsPerHour: tenths(slope(warm.map(({ atMs, descriptors }) => [atMs / HOUR_MS, descriptors]))),
      },
    }),
  };
}

/** By least squares; 0 when all points have one x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
