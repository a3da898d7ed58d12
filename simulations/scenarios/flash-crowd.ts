/** A class of thousands that comes within seconds: who gets in where and how soon, and who has to ask again. */
import type { DelayDistribution } from '../delay-distribution.ts';
import type { SimulatedPage } from '../page.ts';
import { measuredProcessor, type Processor } from '../processor.ts';
import type { Simulation } from '../simulation.ts';
import { type City, site, Topology } from '../topology.ts';
import { beginClass } from './begun-class.ts';
import { delayPlot, distributionPlot } from './delay-plot.ts';
import { LongTimes } from './long-times.ts';
import { delayRecord, interruptionsOf, Parts, videoDelays } from './part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';
import { treeOf } from './stream-tree.ts';

const STREAM = 'math-101';
const HOME: City = 'beijing';
/** Where students live, and how many of a hundred: the most of them by one edge. */
const SHARES = [
  { city: HOME, percent: 40 },
  { city: 'shanghai', percent: 30 },
  { city: 'guangzhou', percent: 20 },
  { city: 'chengdu', percent: 10 },
] as const satisfies readonly { readonly city: City; readonly percent: number }[];
/** The class is there before: these are not to notice. */
const EARLY_STUDENTS = 4;
const BEGIN_MS = 10_000;
const LOOK_MS = 100;
const MINUTE_MS = 60_000;
/** What p99 of those who were there may be above its own before. */
const UNMOVED_MS = 5;
/** At the least between two keyframes that a publisher is asked for; a network may bring two a little closer. */
const KEYFRAME_INTERVAL_MS = 1_000;
const KEYFRAME_SLACK_MS = 100;

export interface CrowdPlan {
  readonly students: number;
  /** All come within this time, evenly. */
  readonly withinMs: number;
  readonly kbps: number;
  /** Of each edge, which has one core. */
  readonly processor: Processor;
  /** And of its line. */
  readonly mostBitsPerSecond: number;
}

const STUDENTS_PER_MINUTE = 6_000;
/** In a tenth of the time: with the default, 3,000 in 3 s. */
const CROWD_SHARE = 0.1;

export const flashCrowd: Scenario = {
  name: 'flash-crowd',
  summary: 'a class of thousands that comes within seconds, to edges of one core each',
  explanation: [
    `A class in ${HOME}; ${STUDENTS_PER_MINUTE.toLocaleString('en')} students for each of the minutes come within ${100 * CROWD_SHARE} % of the time, to four sites with an edge of one core and 1 Gbit/s each.`,
    'Computing takes no time here, but is counted by what benches have measured, so that edges are as full as they would be. Figures:',
    '`join`: ms from opening the page to the first picture; `refused`: how many were told 503 and how often, and how soon they',
    'had a picture; `keyframes`: how many the teacher was asked for, and the least time between two; `early`: students who',
    'were there before, who must see no interruption and no freeze. Rows: {home, students, ...where they are served}.',
  ],
  minutes: 0.5,
  play: options =>
    playCrowd(options, {
      students: Math.round(STUDENTS_PER_MINUTE * options.minutes),
      withinMs: CROWD_SHARE * options.minutes * MINUTE_MS,
      kbps: 150,
      processor: measuredProcessor,
      mostBitsPerSecond: 1e9,
    }),
};

/** The crowd comes, and is watched for the minutes. */
export async function playCrowd(options: ScenarioOptions, plan: CrowdPlan): Promise<Outcome> {
  const parts = new Parts(options);
  const forMs = options.minutes * MINUTE_MS;
  const simulation = await parts.start({
    topology: new Topology(
      SHARES.map(({ city }) =>
        site(city, { scheduler: city === HOME, mostBitsPerSecond: plan.mostBitsPerSecond }),
      ),
    ),
    seed: options.seed,
    processor: plan.processor,
    shares: [0, 1],
    virtualMs: BEGIN_MS + forMs,
    name: 'class',
  });
  const early = await beginClass(simulation, {
    stream: STREAM,
    kbps: plan.kbps,
    students: EARLY_STUDENTS,
    teacherAt: HOME,
    studentsAt: 'guangzhou',
    aloneMs: BEGIN_MS / 2,
  });
  await simulation.pass(BEGIN_MS / 2);
  const [teacher] = simulation.pages as [SimulatedPage];
  const before = videoDelays(early).figures;
  const beganAtMs = simulation.nowMs;
  const crowd = come(simulation, plan);
  const watch = new CrowdWatch(simulation, teacher, crowd);
  await simulation.pass(forMs);
  watch.stop();
  const tree = treeOf(simulation, STREAM);
  const figures = figuresOf(crowd);
  const placed = whereServed(crowd);
  const earlyFigures = {
    interruptions: interruptionsOf(early),
    freezes: early.reduce((sum, { playback }) => sum + playback.figures('video').freezes, 0),
    ...delayRecord(videoDelays(early).figures),
  };
  const movedMs = earlyFigures.p99Ms - before.p99Ms;
  parts.expect(figures.outside === 0, 'flash-crowd', `${figures.outside} students have not got in`);
  parts.expect(
    earlyFigures.interruptions + earlyFigures.freezes === 0 && movedMs <= UNMOVED_MS,
    'flash-crowd',
    `those who were there notice: ${JSON.stringify(earlyFigures)}`,
  );
  const { leastMs } = watch;
  parts.expect(
    leastMs >= KEYFRAME_INTERVAL_MS - KEYFRAME_SLACK_MS,
    'flash-crowd',
    `the teacher is asked for two keyframes within ${leastMs} ms`,
  );
  const delays = videoDelays(crowd);
  await parts.finish(simulation);
  return {
    ...parts.sums,
    figures: {
      students: crowd.length,
      withinSeconds: plan.withinMs / 1000,
      join: figures.join,
      refused: figures.refused,
      keyframes: { asked: watch.asked, ...(Number.isFinite(leastMs) && { leastMs }) },
      early: earlyFigures,
      rows: placed,
    },
    plots: plotsOf(crowd, watch.playing, beganAtMs, delays),
    tree,
  };
}

function come(simulation: Simulation, { students, withinMs }: CrowdPlan): readonly SimulatedPage[] {
  const homes = SHARES.flatMap(({ city, percent }) =>
    Array.from({ length: Math.round((students * percent) / 100) }, () => city),
  );
  return homes.map((idc, i) => {
    const page = simulation.page({ name: `student-of-${idc}-${i + 1}`, stream: STREAM, role: 'viewer', idc });
    simulation.after(simulation.random.unit() * withinMs, () => page.open());
    return page;
  });
}

/** How many play, and when the teacher is asked for keyframes, as time passes. */
class CrowdWatch {
  readonly playing: (readonly [atMs: number, count: number])[] = [];
  readonly #simulation: Simulation;
  readonly #teacher: SimulatedPage;
  readonly #crowd: readonly SimulatedPage[];
  readonly #askedBefore: number;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** Ends it. */
  readonly stop: () => void;
  asked = 0;
  /** Between two of them. */
  leastMs = Number.POSITIVE_INFINITY;

  constructor(simulation: Simulation, teacher: SimulatedPage, crowd: readonly SimulatedPage[]) {
    this.#simulation = simulation;
    this.#teacher = teacher;
    this.#crowd = crowd;
    this.#askedBefore = teacher.keyframesAsked;
    this.stop = simulation.every(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const { nowMs } = this.#simulation;
    const asked = this.#teacher.keyframesAsked - this.#askedBefore;
    if (asked > this.asked) {
      // Within one look they are as close as can be.
      const sinceMs = asked > this.asked + 1 ? 0 : nowMs - this.#askedAtMs;
      this.leastMs = Math.min(this.leastMs, Math.round(sinceMs));
      this.asked = asked;
      this.#askedAtMs = nowMs;
    }
    this.playing.push([
      Math.round(nowMs),
      this.#crowd.filter(({ playback }) => playback.firstPlayedAtMs('video') !== undefined).length,
    ]);
  }
}

function figuresOf(crowd: readonly SimulatedPage[]) {
  const refusals = crowd.map(({ refusals: all }) => all.filter(({ status }) => status === 503).length);
  const refused = crowd.filter((_, i) => refusals[i]! > 0);
  const joins = joinsOf(crowd);
  return {
    outside: crowd.length - joins.length,
    join: new LongTimes(joins).record,
    refused: {
      students: refused.length,
      times: refusals.reduce((sum, count) => sum + count, 0),
      ...new LongTimes(joinsOf(refused)).record,
    },
  };
}

/** From coming to the first picture, of those who have got that, ms. */
function joinsOf(pages: readonly SimulatedPage[]): readonly number[] {
  return pages.flatMap(({ playback, cameAtMs }) => {
    const atMs = playback.firstPlayedAtMs('video');
    return atMs === undefined || cameAtMs === undefined ? [] : [atMs - cameAtMs];
  });
}

/** Where students of each site are served. */
function whereServed(crowd: readonly SimulatedPage[]): readonly FigureRecord[] {
  const siteOf = (node: string | undefined) => SHARES.find(({ city }) => node?.startsWith(`${city}-`))?.city;
  return SHARES.map(({ city: home }) => {
    const ofHome = crowd.filter(({ options }) => options.idc === home);
    const served = SHARES.map(({ city }) => [
      city,
      ofHome.filter(({ node }) => siteOf(node) === city).length,
    ]);
    return { home, students: ofHome.length, ...Object.fromEntries(served) };
  });
}

function plotsOf(
  crowd: readonly SimulatedPage[],
  playing: CrowdWatch['playing'],
  beganAtMs: number,
  delays: DelayDistribution,
): Outcome['plots'] {
  const joins = SHARES.map(({ city }) => ({
    name: city,
    points: new LongTimes(joinsOf(crowd.filter(({ options }) => options.idc === city))).cumulative,
  }));
  return [
    distributionPlot('Until the first picture', joins),
    delayPlot([{ name: 'students', delays }]),
    {
      title: 'Students who have a picture',
      x: 's since the first came',
      y: 'students',
      style: 'line',
      series: [
        { name: 'playing', points: playing.map(([atMs, count]) => [(atMs - beganAtMs) / 1000, count]) },
      ],
    },
  ];
}
