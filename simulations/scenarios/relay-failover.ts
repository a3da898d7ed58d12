/** Relays die in the middle of a class, one after the other: how soon viewers have media again, in the sessions they have. */

import { happen } from '../faults/fault.ts';
import type { SimulatedPage } from '../page.ts';
import type { Simulation } from '../simulation.ts';
import { site, Topology } from '../topology.ts';
import { beginClass } from './begun-class.ts';
import { delayPlot } from './delay-plot.ts';
import { Parts, videoDelays } from './part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';
import { treeOf } from './stream-tree.ts';

const KBPS = 500;
const STUDENTS = 4;
/** A relay is down for so long, and after that the class has so long to settle. */
const DOWN_MS = 8_000;
const EVERY_MS = 25_000;
const BEGIN_MS = 6_000;
/** The longest that media may be away (docs/cluster.md: another parent within a second). */
const AGAIN_WITHIN_MS = 1_000;
const MINUTE_MS = 60_000;
/** Finer than pictures and sound come. */
const LOOK_MS = 10;
const STREAM = 'math-101';

export const relayFailover: Scenario = {
  name: 'relay-failover',
  summary: 'relays die in the middle of a class, one after the other',
  explanation: [
    `A class over two sites with two relays each; every ${EVERY_MS / 1000} s the relay that carries it in one of the sites is`,
    `killed, and started again ${DOWN_MS / 1000} s later. Rows: {relay, longestGapMs}, the longest that any student had`,
    `nothing new to see, or to hear; which must not exceed ${AGAIN_WITHIN_MS} ms, and nobody may have to connect again.`,
  ],
  minutes: 3,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const parts = new Parts(options);
  const virtualMs = options.minutes * MINUTE_MS;
  const simulation = await parts.start({
    topology: new Topology([
      site('beijing', { scheduler: true, relay: 2 }),
      site('guangzhou', { relay: 2, pull: 2 }),
    ]),
    seed: options.seed,
    shares: [0, 1],
    virtualMs,
    name: 'class',
  });
  const students = await beginClass(simulation, {
    stream: STREAM,
    kbps: KBPS,
    students: STUDENTS,
    teacherAt: 'beijing',
    studentsAt: 'guangzhou',
    aloneMs: BEGIN_MS / 2,
  });
  await simulation.pass(BEGIN_MS / 2);
  const rows: FigureRecord[] = [];
  const sites = ['beijing', 'guangzhou'];
  for (let turn = 0; simulation.nowMs + EVERY_MS <= virtualMs || turn === 0; turn += 1) {
    const relay = relayOf(simulation, sites[turn % sites.length]!);
    const gaps = students.map(student => new Gap(student, simulation));
    if (relay === undefined) throw new Error('the stream passes no relay of that site');
    await happen(simulation, { kind: 'killed', node: relay }, DOWN_MS);
    await simulation.pass(EVERY_MS);
    const longestGapMs = Math.round(Math.max(...gaps.map(gap => gap.stop())));
    rows.push({ relay, atSeconds: Math.round((simulation.nowMs - EVERY_MS) / 1000), longestGapMs });
    parts.expect(
      longestGapMs <= AGAIN_WITHIN_MS,
      'relay-failover',
      `${longestGapMs} ms without media: ${relay}`,
    );
  }
  const reconnects = students.reduce((sum, student) => sum + student.reconnects, 0);
  parts.expect(reconnects === 0, 'relay-failover', `${reconnects} students had to connect again`);
  const tree = treeOf(simulation, STREAM);
  const delays = videoDelays(students);
  await parts.finish(simulation);
  return {
    ...parts.sums,
    figures: { longestGapMs: Math.max(...rows.map(row => Number(row.longestGapMs))), reconnects, rows },
    plots: [delayPlot([{ name: 'students', delays }])],
    tree,
  };
}

/** The longest time in which a viewer got nothing new to see, or to hear. */
class Gap {
  readonly #student: SimulatedPage;
  readonly #simulation: Simulation;
  #longestMs = 0;
  #isOver = false;

  constructor(student: SimulatedPage, simulation: Simulation) {
    this.#student = student;
    this.#simulation = simulation;
    this.#look();
  }

  stop(): number {
    this.#isOver = true;
    return this.#longestMs;
  }

  #look(): void {
    if (this.#isOver) return;
    for (const kind of ['audio', 'video'] as const) {
      const atMs = this.#student.playback.playedAtMs(kind);
      if (atMs !== undefined) this.#longestMs = Math.max(this.#longestMs, this.#simulation.nowMs - atMs);
    }
    this.#simulation.world.clock.setTimer(LOOK_MS, () => this.#look());
  }
}

/** The relay by which the stream passes the site. */
function relayOf(simulation: Simulation, idc: string): string | undefined {
  return treeOf(simulation, STREAM).find(({ name }) => name.startsWith(`${idc}-relay`))?.name;
}
