/** A site is cut off from all others, the scheduler's among them, in the middle of its classes; then it is there again. */
import { happen } from '../faults/fault.ts';
import { RECOVERY_MS } from '../invariants/plays-again.ts';
import type { SimulatedPage } from '../page.ts';
import { site, Topology } from '../topology.ts';
import { delayPlot } from './delay-plot.ts';
import { interruptionsOf, Parts, videoDelays } from './part.ts';
import type { Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const KBPS = 400;
const CUT_OFF = 'guangzhou';
const OTHERS = ['beijing', 'chengdu'] as const;
const BEGIN_MS = 10_000;
const MINUTE_MS = 60_000;

export const splitBrain: Scenario = {
  name: 'split-brain',
  summary: 'a site is cut off from the others and the scheduler, in the middle of its classes',
  explanation: [
    `Three sites, and a class of each of two: one in ${CUT_OFF}, one in ${OTHERS[0]}, both watched in every site. ${CUT_OFF} is cut off for a`,
    'half of the time, media and control. Who watches a class in the half that it is given in must not be interrupted at all;',
    `the others must play again within ${RECOVERY_MS / 1000} s of the return, which \`againMs\` is the longest of. \`newcomers\` are students of the`,
    'site that has no scheduler: how many come meanwhile, and how many get in before the return.',
  ],
  minutes: 3,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const parts = new Parts(options);
  const cutMs = (options.minutes * MINUTE_MS) / 2;
  const simulation = await parts.start({
    topology: new Topology([site('beijing', { scheduler: true }), site('guangzhou'), site('chengdu')]),
    seed: options.seed,
    shares: [0, 1],
    virtualMs: options.minutes * MINUTE_MS,
    name: 'classes',
  });
  const sites = [CUT_OFF, ...OTHERS];
  const students = (home: string) =>
    sites.map(idc =>
      simulation.page({ name: `student-${home}-${idc}`, stream: `class-${home}`, role: 'viewer', idc }),
    );
  const teachers = [CUT_OFF, OTHERS[0]].map(idc =>
    simulation.page({ name: `teacher-${idc}`, stream: `class-${idc}`, role: 'publisher', idc, kbps: KBPS }),
  );
  const ofCutOff = students(CUT_OFF);
  const ofOther = students(OTHERS[0]);
  const everybody = [...ofCutOff, ...ofOther];
  for (const teacher of teachers) teacher.open();
  await simulation.pass(BEGIN_MS / 2);
  for (const student of everybody) student.open();
  await simulation.pass(BEGIN_MS / 2);
  await Promise.all(
    OTHERS.map(other =>
      happen(simulation, { kind: 'partition', sites: [CUT_OFF, other], way: 'both' }, cutMs),
    ),
  );
  const newcomer = simulation.page({
    name: 'newcomer',
    stream: `class-${CUT_OFF}`,
    role: 'viewer',
    idc: CUT_OFF,
  });
  await simulation.pass(cutMs / 2);
  newcomer.open();
  await simulation.pass(cutMs / 2);
  const gotIn = newcomer.isConnected ? 1 : 0;
  const returnedAtMs = simulation.nowMs;
  const isSame = (student: SimulatedPage) =>
    (student.options.idc === CUT_OFF) === (student.options.stream === `class-${CUT_OFF}`);
  const near = everybody.filter(isSame);
  const far = [...everybody.filter(student => !isSame(student)), newcomer];
  const again = new Map<SimulatedPage, number>();
  // Finer than it is told in.
  for (let passedMs = 0; passedMs < RECOVERY_MS; passedMs += 100) {
    await simulation.pass(100);
    for (const student of far)
      if (!again.has(student) && (student.playback.newestMs('video') ?? 0) >= returnedAtMs)
        again.set(student, simulation.nowMs - returnedAtMs);
  }
  await simulation.pass(Math.max(0, options.minutes * MINUTE_MS - simulation.nowMs));
  const nearInterruptions = interruptionsOf(near);
  parts.expect(
    nearInterruptions === 0,
    'split-brain',
    `${nearInterruptions} interruptions in the class's own half`,
  );
  parts.expect(
    again.size === far.length,
    'split-brain',
    `${far.length - again.size} students do not play again`,
  );
  const delays = videoDelays(near);
  await parts.finish(simulation);
  return {
    ...parts.sums,
    figures: {
      cutOffSeconds: cutMs / 1000,
      nearInterruptions,
      againMs: Math.round(Math.max(0, ...again.values())),
      newcomers: 1,
      newcomersIn: gotIn,
    },
    plots: [delayPlot([{ name: 'students', delays }], 'Delay of pictures in the class’s own half')],
  };
}
