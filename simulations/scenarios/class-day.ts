/** A day of lessons, of all the kinds that there are, packet by packet. */
import { DelayDistribution } from '../delay-distribution.ts';
import type { Simulation } from '../simulation.ts';
import { site, Topology } from '../topology.ts';
import { type ClassSizes, classKinds } from './class-kinds.ts';
import { delayPlot, type NamedDelays } from './delay-plot.ts';
import { type Attendance, holdLesson } from './lesson.ts';
import { interruptionsOf, Parts, videoDelays } from './part.ts';
import type { Outcome, Plot, Scenario, ScenarioOptions, TreeNode } from './scenario.ts';
import { treeOf } from './stream-tree.ts';

const SITES = ['beijing', 'guangzhou', 'chengdu'] as const;
/** A lesson of three quarters of an hour shows in its first half minute what it shows; all of it would take hours to compute. */
const LESSON_MS = 30_000;
/** Of the time between the beginnings of two lessons; the rest is empty. */
const LESSON_SHARE = 0.7;
/** An hour of the school's is cut to this: in what is left out nobody is there, and routes and links are gone long before. */
const HOUR_MS = 300_000;
const MINUTE_MS = 60_000;
/** In the first hour there are lessons of all kinds, then of so many. */
const KINDS_AT_ONCE = 2;
const sizes: ClassSizes = { small: 6, groups: 3, group: 4, large: 40, interactive: 12 };
/** First frames, as design and docs/bench.md (storm) have them. */
const JOIN_P95_MAX_MS = 500;
/** "Well under a second", over two last miles and 2,000 km. */
const DELAY_P99_MAX_MS = 150;
/** Sound that is a frame or two away from its picture is in step (ITU-R BT.1359: 45 ms early to 125 ms late go unnoticed). */
const SKEW_MAX_MS = 45;

export const classDay: Scenario = {
  name: 'class-day',
  summary:
    'a school day with lessons of all kinds: one to one, everybody with everybody, groups, large, interactive',
  explanation: [
    `Fourteen hours of ${HOUR_MS / MINUTE_MS} minutes over three sites. Lessons of two kinds begin every hour, in the first of all; of each ${LESSON_MS / 1000} s are held, packet`,
    `by packet, then everybody leaves. Kinds: one-to-one; small (${sizes.small} people who all see each other); groups (${sizes.groups} of ${sizes.group}, who see the`,
    `teacher and each other); large (${sizes.large} students, one of whom goes up for a while, seen by all); interactive (the teacher sees all`,
    `${sizes.interactive} students). Rows, of each kind: {publishers, pulls, without, joinP50Ms, joinP95Ms, delayP50Ms, delayP99Ms, interruptions,`,
    'freezes, undecodable, keyframes, skewMs}: `without` never got a picture; `join` is from asking, or from the stream’s beginning, to',
    'the first picture; `keyframes` the most that a publisher was asked for, a second; `skewMs` sound against picture at the end.',
  ],
  minutes: 70,
  play: options =>
    playDay(options, { hours: Math.max(1, Math.round((options.minutes * MINUTE_MS) / HOUR_MS)), sizes }),
};

export interface DayPlan {
  /** That the minutes are divided into. */
  readonly hours: number;
  readonly sizes: ClassSizes;
}

/** A day of the minutes. */
export async function playDay(
  options: ScenarioOptions,
  { hours, sizes: ofSizes }: DayPlan,
): Promise<Outcome> {
  const parts = new Parts(options);
  const dayMs = options.minutes * MINUTE_MS;
  const hourMs = dayMs / hours;
  const simulation = await parts.start({
    topology: new Topology(SITES.map((name, i) => site(name, { scheduler: i === 0 }))),
    seed: options.seed,
    shares: [0, 1],
    virtualMs: dayMs,
    name: 'school',
  });
  const all: Attendance[] = [];
  const people: (readonly [number, number])[] = [];
  let tree: readonly TreeNode[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const durationMs = Math.min(LESSON_MS, LESSON_SHARE * hourMs);
    people.push([simulation.nowMs / hourMs, 0]);
    const attended = beginHour(simulation, hour, durationMs, ofSizes);
    all.push(...attended);
    await simulation.pass(durationMs / 2);
    people.push([simulation.nowMs / hourMs, simulation.pages.filter(({ isHere }) => isHere).length]);
    const large = attended.find(({ part }) => part === 'large');
    if (large !== undefined) tree = treeOf(simulation, large.page.options.stream);
    await simulation.pass(hourMs - durationMs / 2);
    people.push([simulation.nowMs / hourMs, 0]);
  }
  const byKind = [...Map.groupBy(all, ({ part }) => part)];
  const rows = byKind.map(([kind, attended]) => rowOf(kind, attended));
  for (const row of rows) expectOf(parts, row);
  const delays = byKind.map(([name, attended]) => ({
    name,
    delays: videoDelays(viewersOf(attended).map(({ page }) => page)),
  }));
  await parts.finish(simulation);
  return { ...parts.sums, figures: { hours, rows }, plots: plotsOf(delays, people), tree };
}

/** Lessons of all kinds in the first hour, and then of two, in turns. */
function beginHour(simulation: Simulation, hour: number, durationMs: number, ofSizes: ClassSizes) {
  const kinds =
    hour === 0
      ? classKinds
      : Array.from(
          { length: KINDS_AT_ONCE },
          (_, i) => classKinds[(KINDS_AT_ONCE * (hour - 1) + i) % classKinds.length]!,
        );
  return kinds.flatMap((kind, i) =>
    holdLesson(simulation, {
      name: `${kind.name}-${hour + 1}`,
      kind,
      sizes: ofSizes,
      // Teachers live everywhere.
      sites: SITES.map((_, at) => SITES[(at + hour + i) % SITES.length]!),
      durationMs,
    }),
  );
}

function viewersOf(attended: readonly Attendance[]): readonly Attendance[] {
  return attended.filter(({ page }) => page.options.role === 'viewer');
}

function rowOf(kind: string, attended: readonly Attendance[]) {
  const viewers = viewersOf(attended);
  const publishers = attended.filter(({ page }) => page.options.role === 'publisher');
  const joins = new DelayDistribution();
  for (const { page, publisher } of viewers) {
    const playedAtMs = page.playback.firstPlayedAtMs('video');
    const sinceMs = Math.max(page.cameAtMs ?? 0, publisher?.connectedAtMs ?? 0);
    if (playedAtMs !== undefined) joins.add(playedAtMs - sinceMs);
  }
  const delays = videoDelays(viewers.map(({ page }) => page)).figures;
  const figure = (of: 'freezes' | 'lost') =>
    viewers.reduce((sum, { page }) => sum + page.playback.figures('video')[of], 0);
  const keyframes = publishers.map(({ page: { keyframesAsked, connectedAtMs = 0, leftAtMs = 0 } }) =>
    leftAtMs > connectedAtMs ? (1000 * keyframesAsked) / (leftAtMs - connectedAtMs) : 0,
  );
  return {
    kind,
    publishers: publishers.length,
    pulls: viewers.length,
    without: viewers.length - joins.count,
    joinP50Ms: joins.figures.p50Ms,
    joinP95Ms: joins.figures.p95Ms,
    delayP50Ms: delays.p50Ms,
    delayP99Ms: delays.p99Ms,
    interruptions: interruptionsOf(viewers.map(({ page }) => page)),
    freezes: figure('freezes'),
    undecodable: figure('lost'),
    keyframes: Math.round(100 * Math.max(0, ...keyframes)) / 100,
    skewMs: Math.round(Math.max(0, ...viewers.map(({ skewMs }) => skewMs ?? 0))),
  };
}

function expectOf(parts: Parts, row: ReturnType<typeof rowOf>): void {
  const { kind, without, joinP95Ms, delayP99Ms, interruptions, freezes, undecodable, keyframes, skewMs } =
    row;
  const expect = (isSo: boolean, detail: string) => parts.expect(isSo, 'class-day', `${kind}: ${detail}`);
  expect(without === 0, `${without} never got a picture`);
  expect(joinP95Ms <= JOIN_P95_MAX_MS, `one in twenty waits for ${joinP95Ms} ms for the first picture`);
  expect(delayP99Ms <= DELAY_P99_MAX_MS, `one picture in a hundred is ${delayP99Ms} ms old`);
  expect(interruptions + freezes + undecodable === 0, `${interruptions} interruptions, ${freezes} freezes`);
  expect(keyframes <= 1, `a publisher is asked for ${keyframes} keyframes a second`);
  expect(skewMs <= SKEW_MAX_MS, `sound and picture are ${skewMs} ms apart`);
}

function plotsOf(
  delays: readonly NamedDelays[],
  people: readonly (readonly [number, number])[],
): readonly Plot[] {
  return [
    delayPlot(delays),
    {
      title: 'Sessions',
      x: 'hours of the school',
      y: 'sessions',
      style: 'line',
      series: [{ name: 'sessions', points: people }],
    },
  ];
}
