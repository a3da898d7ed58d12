/** The line to one pull edge is too thin for what its viewers want: the others are not to notice. */

import type { SimulatedPage } from '../page.ts';
import { site, Topology } from '../topology.ts';
import { beginClass } from './begun-class.ts';
import { delayPlot } from './delay-plot.ts';
import { delayRecord, interruptionsOf, Parts, videoDelays } from './part.ts';
import type { Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const KBPS = 600;
const STUDENTS = 6;
/** A third of the stream, and a queue of a second of that. */
const THIN = { rateBps: 220_000, queueBytes: 27_500 };
const BEGIN_MS = 10_000;
const MINUTE_MS = 60_000;
/** What the others' p99 may be above its own before; jitter is drawn anew. */
const UNMOVED_MS = 2;

export const slowEdge: Scenario = {
  name: 'slow-edge',
  summary: 'the line to one pull edge is too thin: its viewers suffer, the others must not notice',
  explanation: [
    `A class of ${KBPS} kbit/s with ${STUDENTS} students at two pull edges of another site; from a third of the time on the line to one of the`,
    `edges lets ${THIN.rateBps / 1000} kbit/s through. Figures: {others, slow}: {interruptions, freezes, p50Ms, p99Ms, ...} of the students at each.`,
    `The others may see no interruption and no freeze, and their p99 may move by no more than ${UNMOVED_MS} ms.`,
  ],
  minutes: 2,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const parts = new Parts(options);
  const virtualMs = options.minutes * MINUTE_MS;
  const simulation = await parts.start({
    topology: new Topology([site('beijing', { scheduler: true }), site('guangzhou', { pull: 2 })]),
    seed: options.seed,
    shares: [0, 1],
    virtualMs,
    name: 'class',
  });
  const students = await beginClass(simulation, {
    stream: 'math-101',
    kbps: KBPS,
    students: STUDENTS,
    teacherAt: 'beijing',
    studentsAt: 'guangzhou',
    aloneMs: BEGIN_MS / 2,
  });
  await simulation.pass(BEGIN_MS / 2 + virtualMs / 3);
  const slowEdgeName = 'guangzhou-pull-1';
  const slow = students.filter(({ node }) => node === slowEdgeName);
  const others = students.filter(({ node }) => node !== slowEdgeName);
  const before = videoDelays(others).figures;
  const { topology, world } = simulation;
  const [relay, edge] = ['guangzhou-relay', slowEdgeName].map(name => world.addressOf(name));
  const line = topology.between('guangzhou', 'guangzhou');
  const thin = simulation.faultBegins(`the line to ${slowEdgeName} is thin`);
  world.network.impair(relay!, edge!, { ...line, ...THIN });
  await simulation.pass((2 * virtualMs) / 3);
  world.network.impair(relay!, edge!, line);
  thin.end();
  const figures = { others: figuresOf(others), slow: figuresOf(slow) };
  const movedMs = Math.abs(figures.others.p99Ms - before.p99Ms);
  const isUnmoved = figures.others.interruptions + figures.others.freezes === 0 && movedMs <= UNMOVED_MS;
  parts.expect(slow.length > 0 && others.length > 0, 'slow-edge', 'all students are at one edge');
  parts.expect(isUnmoved, 'slow-edge', `the others notice: ${JSON.stringify(figures.others)}`);
  const series = [
    { name: 'others', delays: videoDelays(others) },
    { name: 'at the slow edge', delays: videoDelays(slow) },
  ];
  await parts.finish(simulation);
  return {
    ...parts.sums,
    figures,
    plots: [delayPlot(series)],
  };
}

function figuresOf(students: readonly SimulatedPage[]) {
  const freezes = students.reduce((sum, { playback }) => sum + playback.figures('video').freezes, 0);
  return {
    students: students.length,
    interruptions: interruptionsOf(students),
    freezes,
    ...delayRecord(videoDelays(students).figures),
  };
}
