/** A day of classes over four sites: four of them packet by packet, the rest as flows, with the load and the incidents of a day. */
import { happen } from '../../faults/fault.ts';
import { FlowCluster } from '../../flows/flow-cluster.ts';
import { FlowDay } from '../../flows/flow-day.ts';
import { RECOVERY_MS } from '../../invariants/plays-again.ts';
import type { SimulatedPage } from '../../page.ts';
import type { Interruption } from '../../playback.ts';
import type { Plot, Shade, TreeNode } from '../../report/report.ts';
import { clockText } from '../../report/scale.ts';
import type { Simulation } from '../../simulation.ts';
import { site, Topology } from '../../topology.ts';
import { delayPlot } from '../delay-plot.ts';
import { interruptionsOf, Parts } from '../part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { treeOf } from '../stream-tree.ts';
import { FollowedClass, type Seat } from './followed-class.ts';
import { Hours } from './hours.ts';
import { CUT_ENDS_MS, classes, DAY_MS, incidentsOf, LESSON_MS, lessonsOf } from './timetable.ts';

const MINUTE_MS = 60_000;
/** A day has a thousand times more looks than a class of a minute. */
const LOOK_EVERY_MS = 2_000;
/** What a class's median delay may differ by over a day, besides incidents. */
const STABLE_MS = 5;
/** Of the lines between sites, one way. */
const LINE_MBPS = 2_000;
const NAME = 'four-sites-24h';

export const fourSites24h: Scenario = {
  name: NAME,
  summary: 'a day of classes over four sites, with its peaks and incidents',
  explanation: [
    'Beijing, Shanghai, Guangzhou and Chengdu. Four classes of a teacher and two students (15 pictures a second, sound in packets',
    'of 60 ms) are followed packet by packet through four lessons of 25 minutes; a thousand others a day, with up to some',
    'thousand students at a time, are flows, which the scheduler’s own code places and routes. 18 incidents: bad lines, partitions',
    'of both ways and of one, relays, edges and the scheduler killed, a relay cut off. Figures: {classes, incidents, hours}; outside',
    'incidents and the 25 s after them nobody may be interrupted, no student’s median delay may change by more than 5 ms over the',
    'day, and picture and sound are in step as the sender reports have them. --minutes 60 is the hour up to 8:04.',
  ],
  minutes: 24 * 60,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const parts = new Parts(options);
  const lengthMs = options.minutes * MINUTE_MS;
  const topology = new Topology(
    (['beijing', 'shanghai', 'guangzhou', 'chengdu'] as const).map((name, i) =>
      site(name, { relay: 2, pull: 2, scheduler: i === 0 }),
    ),
  );
  const simulation = await parts.start({
    topology,
    seed: options.seed,
    lookEveryMs: LOOK_EVERY_MS,
    shares: [0, 1],
    virtualMs: lengthMs,
    name: 'day',
  });
  const day = new Day(simulation, Math.max(0, CUT_ENDS_MS - lengthMs));
  const endFlows = day.plan(lengthMs);
  await simulation.pass(lengthMs - simulation.nowMs);
  endFlows();
  const { tree } = day;
  await parts.finish(simulation);
  const incidents = day.incidents();
  const seats = day.followed.filter(({ lessons }) => lessons > 0).flatMap(one => one.seats);
  const students = seats.flatMap(({ pages }) => pages);
  const outside = students.flatMap(student => outsideOf(student, incidents));
  const worstOutside = outside[0];
  parts.expect(
    worstOutside === undefined,
    NAME,
    `${outside.length} interruptions outside incidents, the first at ${clockText(worstOutside?.fromMs ?? 0)}`,
  );
  const rows = seats.map(seat => rowOf(seat, incidents));
  for (const { class: name, medianChangeMs, pictures, skewsMeasured, skewMaxMs, wideSkews } of rows) {
    const expect = (isSo: boolean, detail: string) => parts.expect(isSo, NAME, `${name}: ${detail}`);
    expect(Number(medianChangeMs) <= STABLE_MS, `the median changes by ${medianChangeMs} ms`);
    expect(pictures === 0 || Number(skewsMeasured) > 0, 'no sender report has come');
    expect(
      wideSkews === 0,
      `sound and picture are up to ${skewMaxMs} ms apart, ${wideSkews} times outside incidents`,
    );
  }
  const { counts, wrong } = day.cluster;
  for (const detail of wrong) parts.expect(false, NAME, detail);
  parts.expect(counts.refused === 0, NAME, `${counts.refused} people of flows found no edge with room`);
  const busiest = Math.max(0, ...day.hours.rows.map(({ busiestLineMbps }) => Number(busiestLineMbps)));
  parts.expect(busiest <= LINE_MBPS, NAME, `${busiest} Mbit/s on a line of ${LINE_MBPS}`);
  return {
    ...parts.sums,
    figures: {
      begins: clockText(day.beginsMs),
      classes: rows,
      incidents: incidents.map(incident => ({
        at: clockText(day.beginsMs + incident.from),
        seconds: Math.round((incident.to - incident.from) / 100) / 10,
        interruptions: students.filter(student => isHit(student, incident)).length,
        what: incident.what,
      })),
      interruptionsOutside: outside.length,
      flows: { ...counts, busiestLineMbps: busiest },
      hours: day.hours.rows,
    },
    plots: plotsOf(day, seats, incidents),
    tree,
  };
}

function isDuring({ fromMs, toMs }: Pick<Interruption, 'fromMs' | 'toMs'>, { from, to }: Shade): boolean {
  return toMs >= from && fromMs <= to + RECOVERY_MS;
}

function outsideOf({ playback }: SimulatedPage, incidents: readonly Shade[]): readonly Interruption[] {
  return playback.interruptions.filter(one => incidents.every(incident => !isDuring(one, incident)));
}

function isHit({ playback }: SimulatedPage, incident: Shade): boolean {
  return playback.interruptions.some(one => isDuring(one, incident));
}

function rowOf(seat: Seat, incidents: readonly Shade[]): FigureRecord {
  const { name, delays, skews, pages } = seat;
  const { count, p50Ms, p99Ms, maxMs } = delays.figures;
  const medians = seat.calmMedians('video', incidents);
  const changeMs = medians.length === 0 ? 0 : Math.max(...medians) - Math.min(...medians);
  return {
    class: name,
    lessons: pages.length,
    pictures: count,
    p50Ms,
    p99Ms,
    maxMs,
    medianChangeMs: Math.round(10 * changeMs) / 10,
    skewsMeasured: skews.count,
    skewP99Ms: skews.figures.p99Ms,
    skewMaxMs: skews.figures.maxMs,
    wideSkews: seat.wideSkewsAtMs.filter(atMs =>
      incidents.every(incident => !isDuring({ fromMs: atMs, toMs: atMs }, incident)),
    ).length,
    interruptions: interruptionsOf(pages),
  };
}

class Day {
  readonly followed: readonly FollowedClass[];
  readonly cluster: FlowCluster;
  readonly hours = new Hours();
  /** The time of day at the beginning of the run. */
  readonly beginsMs: number;
  readonly #simulation: Simulation;
  readonly #flows: FlowDay;
  #steppedAtMs: number;
  #tree: readonly TreeNode[] = [];

  constructor(simulation: Simulation, beginsMs: number) {
    const { topology, random } = simulation;
    this.#simulation = simulation;
    this.beginsMs = beginsMs;
    this.followed = classes.map(plan => new FollowedClass(simulation, plan));
    this.cluster = new FlowCluster(topology.nodes, random.fork('flow draws'));
    this.#flows = new FlowDay(this.cluster, topology.sites, random.fork('flows'));
    this.#steppedAtMs = simulation.nowMs;
    this.#flows.beginAt(simulation.nowMs, this.#timeOfDayMs);
    this.#look();
  }

  get #timeOfDayMs(): number {
    return this.beginsMs + this.#simulation.nowMs;
  }

  /** All that begins within so long; what it returns ends the flows. */
  plan(lengthMs: number): () => void {
    const simulation = this.#simulation;
    const { topology, random } = simulation;
    const endFlows = simulation.every(MINUTE_MS, () => this.#step());
    for (let dayMs = 0; dayMs < this.beginsMs + lengthMs; dayMs += DAY_MS) {
      const isToCome = ({ atMs }: { readonly atMs: number }) =>
        atMs > this.#timeOfDayMs && atMs < this.beginsMs + lengthMs;
      for (const { plan, atMs } of lessonsOf(dayMs)) {
        const one = this.followed.find(each => each.plan === plan);
        // One that has begun before a cut does is there for what is left of it.
        const goneMs = Math.max(0, this.#timeOfDayMs - atMs);
        if (goneMs >= LESSON_MS || atMs >= this.beginsMs + lengthMs) continue;
        simulation.after(atMs + goneMs - this.#timeOfDayMs, () => one?.teach(LESSON_MS - goneMs));
      }
      const incidents = incidentsOf(dayMs, random.fork(`incidents ${dayMs}`), topology);
      for (const { fault, atMs, durationMs } of incidents.filter(isToCome))
        simulation.after(atMs - this.#timeOfDayMs, async () => {
          await happen(simulation, fault, durationMs);
          if (fault.kind !== 'killed') return;
          this.cluster.kill(fault.node);
          simulation.after(durationMs, () => this.cluster.revive(fault.node));
        });
    }
    return endFlows;
  }

  /** In the order in which they ended. */
  incidents(): readonly Shade[] {
    return this.#simulation.timeline.flatMap(({ kind, atMs, untilMs = atMs, what }) =>
      kind === 'fault' ? [{ from: atMs, to: untilMs, what }] : [],
    );
  }

  /** The ways of the streams when there were most of them. */
  get tree(): readonly TreeNode[] {
    const now = treeOf(this.#simulation);
    return now.length > this.#tree.length ? now : this.#tree;
  }

  #step(): void {
    const { nowMs } = this.#simulation;
    this.#flows.step(nowMs, this.#timeOfDayMs, nowMs - this.#steppedAtMs);
    this.#steppedAtMs = nowMs;
    this.#look();
  }

  #look(): void {
    const { classes: running, viewers, counts } = this.cluster;
    this.#tree = this.tree;
    this.#simulation.decide({ flows: running, viewers, ...counts });
    this.hours.look(this.#simulation.nowMs, this.#timeOfDayMs, this.cluster);
  }
}

function plotsOf({ hours }: Day, seats: readonly Seat[], shades: readonly Shade[]): readonly Plot[] {
  const overTime = (share: number) =>
    seats.map(seat => ({ name: seat.name, points: seat.overTime('video', share) }));
  const time = { x: 'time since the beginning', style: 'line', xScale: 'time', shades } as const;
  return [
    delayPlot(seats, 'Delay of pictures, from camera to screen'),
    { ...time, title: 'Delay over the day: median of five minutes', y: 'ms', series: overTime(0.5) },
    { ...time, title: 'Delay over the day: 99 % of five minutes', y: 'ms', series: overTime(0.99) },
    delayPlot(
      seats.map(({ name, skews }) => ({ name, delays: skews })),
      'How far sound and picture are apart',
    ),
    {
      ...time,
      title: 'Students in classes that are flows',
      y: 'students',
      series: [{ name: 'students', points: hours.viewers }],
    },
  ];
}
