/** What happens when, in the day of four sites: the lessons that are followed packet by packet, and what goes wrong. */
import { between, pick } from '../../draws.ts';
import type { PlannedFault } from '../../faults/fault.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { City, Topology } from '../../topology.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface ClassPlan {
  readonly stream: string;
  readonly teacherAt: City;
  readonly studentsAt: readonly City[];
}

/** One after the other over the map; each has a student at home and one far away. */
export const classes: readonly ClassPlan[] = [
  { stream: 'math-101', teacherAt: 'beijing', studentsAt: ['beijing', 'guangzhou'] },
  { stream: 'physics-7', teacherAt: 'shanghai', studentsAt: ['shanghai', 'chengdu'] },
  { stream: 'english-3', teacherAt: 'guangzhou', studentsAt: ['guangzhou', 'shanghai'] },
  { stream: 'piano-12', teacherAt: 'chengdu', studentsAt: ['chengdu', 'beijing'] },
];

export const LESSON_MS = 25 * MINUTE_MS;
/** Two in the morning, one in the afternoon, one in the evening. */
const LESSONS_AT_HOURS = [8, 10, 15, 19.5] as const;
/** The classes begin one after the other. */
const NEXT_CLASS_MS = MINUTE_MS / 2;
/** A cut of the day ends here: the first lessons have begun, and the first incident is over. */
export const CUT_ENDS_MS = 8 * HOUR_MS + 4 * MINUTE_MS;

export interface Lesson {
  readonly plan: ClassPlan;
  readonly atMs: number;
}

/** Since the day's midnight. */
export function lessonsOf(dayMs: number): readonly Lesson[] {
  return LESSONS_AT_HOURS.flatMap(hour =>
    classes.map((plan, i) => ({ plan, atMs: dayMs + hour * HOUR_MS + i * NEXT_CLASS_MS })),
  );
}

/** Within the lessons most of them, some in the breaks and one at night. */
const INCIDENTS_AT_MINUTES = [
  200, 482, 490, 499, 504, 560, 606, 615, 623, 815, 905, 914, 922, 1050, 1175, 1183, 1192, 1320,
] as const;
/** Each happens at its minute, give or take so much. */
const ABOUT_MS = 45_000;

type Draw = (random: SeededRandom, topology: Topology) => Omit<PlannedFault, 'atMs'>;

const oneOf = (random: SeededRandom, topology: Topology, role: string) =>
  pick(
    random,
    topology.nodes.filter(({ roles: [own] }) => own === role),
  ).name;

function twoSites(random: SeededRandom, { sites }: Topology): readonly [string, string] {
  const one = pick(random, sites).name;
  const others = sites.filter(({ name }) => name !== one);
  return [one, pick(random, others).name];
}

const killed =
  (role: string): Draw =>
  (random, topology) => ({
    fault: { kind: 'killed', node: oneOf(random, topology, role) },
    durationMs: between(random, 10_000, 30_000),
  });

/** In turn, so that each kind happens on every day. */
const kinds: readonly Draw[] = [
  (random, topology) => ({
    fault: {
      kind: 'bad line',
      sites: twoSites(random, topology),
      line: { loss: 0.05, burst: 3, jitterMs: 15 },
    },
    durationMs: between(random, 2 * MINUTE_MS, 5 * MINUTE_MS),
  }),
  killed('relay'),
  (random, topology) => ({
    fault: { kind: 'partition', sites: twoSites(random, topology), way: 'both' },
    durationMs: between(random, 2_000, 15_000),
  }),
  killed('scheduler'),
  (random, topology) => ({
    fault: { kind: 'partition', sites: twoSites(random, topology), way: 'one way' },
    durationMs: between(random, 5_000, 30_000),
  }),
  killed('pull'),
  (random, topology) => ({
    fault: { kind: 'cut off', node: oneOf(random, topology, 'relay') },
    durationMs: between(random, 3_000, 15_000),
  }),
  killed('push'),
];

/** Since the day's midnight; the same for every cut of it. */
export function incidentsOf(
  dayMs: number,
  random: SeededRandom,
  topology: Topology,
): readonly PlannedFault[] {
  return INCIDENTS_AT_MINUTES.map((minute, i) => ({
    ...kinds[i % kinds.length]!(random, topology),
    atMs: dayMs + minute * MINUTE_MS + between(random, -ABOUT_MS, ABOUT_MS),
  }));
}
