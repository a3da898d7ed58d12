/** A day of classes as flows: they begin as often as the hour has it, last as long as lessons do, and end. */
import { between, pick, weighted } from '../draws.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { SitePlan } from '../topology.ts';
import { dayLoad } from './day-load.ts';
import type { FlowCluster } from './flow-cluster.ts';

const HOUR_MS = 3_600_000;
/** Classes at the greatest load of the day. */
const CLASSES_MAX = 150;
const LESSON_MS = { least: 25 * 60_000, most: 55 * 60_000 } as const;
const MEAN_LESSON_MS = (LESSON_MS.least + LESSON_MS.most) / 2;
/** Tutoring is what there is most of; a large class has most of the students. */
const kinds = [
  { share: 0.6, students: [1, 1], kbps: 800 },
  { share: 0.25, students: [4, 12], kbps: 600 },
  { share: 0.15, students: [60, 400], kbps: 1200 },
] as const;
const drawKind = weighted<(typeof kinds)[number]>(kinds, ({ share }) => share);
/** So many students are where their teacher is; the others are anywhere. */
const NEAR_SHARE = 0.4;

export class FlowDay {
  readonly #cluster: FlowCluster;
  readonly #sites: readonly SitePlan[];
  readonly #random: SeededRandom;
  readonly #ends = new Map<string, number>();
  #begun = 0;

  constructor(cluster: FlowCluster, sites: readonly SitePlan[], random: SeededRandom) {
    this.#cluster = cluster;
    this.#sites = sites;
    this.#random = random;
  }

  /** Classes that run already when the day is looked at from that time of it on. */
  beginAt(nowMs: number, timeOfDayMs: number): void {
    const count = Math.round(CLASSES_MAX * dayLoad(timeOfDayMs / HOUR_MS));
    for (let i = 0; i < count; i += 1) this.#begin(nowMs, this.#random.unit());
  }

  /** What has begun and ended within the time since the last step, `sinceMs`. */
  step(nowMs: number, timeOfDayMs: number, sinceMs: number): void {
    for (const [stream, endMs] of this.#ends) {
      if (endMs > nowMs) continue;
      this.#ends.delete(stream);
      this.#cluster.end(stream);
    }
    this.#cluster.announce(nowMs);
    const expected = (CLASSES_MAX * dayLoad(timeOfDayMs / HOUR_MS) * sinceMs) / MEAN_LESSON_MS;
    const count = poisson(this.#random, expected);
    for (let i = 0; i < count; i += 1) this.#begin(nowMs, 1);
  }

  /** `share` of the lesson is still to come. */
  #begin(nowMs: number, share: number): void {
    this.#begun += 1;
    const random = this.#random;
    const stream = `flow-${this.#begun}`;
    const { students, kbps } = drawKind(random);
    const teacherAt = pick(random, this.#sites);
    const count = Math.round(between(random, students[0], students[1]));
    const studentsAt = Array.from({ length: count }, () =>
      random.unit() < NEAR_SHARE ? teacherAt : pick(random, this.#sites),
    );
    this.#ends.set(stream, nowMs + share * between(random, LESSON_MS.least, LESSON_MS.most));
    this.#cluster.begin({ stream, kbps, teacherAt, studentsAt });
  }
}

/** By Knuth's product of uniform numbers: quick for the few that a minute brings. */
function poisson(random: SeededRandom, expected: number): number {
  const least = Math.exp(-expected);
  let count = 0;
  for (let product = random.unit(); product > least; product *= random.unit()) count += 1;
  return count;
}
