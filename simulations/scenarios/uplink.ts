/** A teacher behind a bad uplink, with forwarding control and without: what the whole class gets of that. */

import { invariants } from '../invariants/all.ts';
import { decodable } from '../invariants/decodable.ts';
import type { SimulatedPage } from '../page.ts';
import { site, Topology } from '../topology.ts';
import { delayPlot, type NamedDelays } from './delay-plot.ts';
import { delayRecord, Parts, videoDelays } from './part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const KBPS = 600;
const STUDENTS = 3;
const lines = [
  { loss: 0.02, burst: 1, repairs: true },
  { loss: 0.05, burst: 4, repairs: true },
  { loss: 0.1, burst: 4, repairs: true },
  { loss: 0.02, burst: 1, repairs: false },
  { loss: 0.05, burst: 4, repairs: false },
] as const;
const controls = ['on', 'off'] as const;
const AUDIO_REORDER_MS = 60;
/** Until the class runs; the line is good meanwhile. */
const BEGIN_MS = 5_000;
const MINUTE_MS = 60_000;

export const uplink: Scenario = {
  name: 'uplink',
  summary: 'a bad uplink of the teacher, with forwarding control and without',
  explanation: [
    `A teacher sends ${KBPS} kbit/s over a last mile that loses 2 to 10 %, singly or in runs of 4, and repeats what is asked`,
    `for or does not; ${STUDENTS} students on good lines watch. Rows: {loss, burst, repairs, control, frames, undecodable, freezes,`,
    'freezeMs, soundsLost, asked, keyframes, p50Ms, ...}, over all students: `asked` are packets that they found missing and',
    'asked for again, `keyframes` what the teacher was asked for. With forwarding control there is no gap to be seen by a student.',
  ],
  minutes: 5,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const parts = new Parts(options);
  const plans = lines.flatMap(line => controls.map(control => ({ ...line, control })));
  const eachMs = (options.minutes * MINUTE_MS) / plans.length;
  const rows: FigureRecord[] = [];
  const series: NamedDelays[] = [];
  for (const [place, { loss, burst, repairs, control }] of plans.entries()) {
    const name = `${100 * loss} % in runs of ${burst}, ${repairs ? '' : 'not repaired, '}control ${control}`;
    const simulation = await parts.start({
      topology: new Topology([site('beijing', { scheduler: true })]),
      // Both controls meet the same line.
      seed: options.seed,
      control: { forwardingControl: control, audioReorderMs: AUDIO_REORDER_MS },
      // What it is there to keep up is not to be expected without it.
      invariants: control === 'on' ? invariants : invariants.filter(one => one !== decodable),
      shares: [place / plans.length, (place + 1) / plans.length],
      virtualMs: BEGIN_MS + eachMs,
      name,
    });
    const wish = { stream: 'math-101', idc: 'beijing' };
    const teacher = simulation.page({ ...wish, name: 'teacher', role: 'publisher', kbps: KBPS, repairs });
    const students = Array.from({ length: STUDENTS }, (_, i) =>
      simulation.page({ ...wish, name: `student-${i + 1}`, role: 'viewer' }),
    );
    teacher.open();
    await simulation.pass(BEGIN_MS / 2);
    for (const student of students) student.open();
    await simulation.pass(BEGIN_MS / 2);
    const badUplink = simulation.faultBegins(name);
    simulation.impairPage(teacher, { loss, ...(burst > 1 && { burst }) });
    await simulation.pass(eachMs);
    badUplink.end();
    const delays = videoDelays(students);
    const asked = students.reduce((sum, student) => sum + student.asked, 0);
    const keyframes = teacher.keyframesAsked;
    const line = { loss, burst, repairs, control };
    const row = { ...line, ...sums(students), asked, keyframes, ...delayRecord(delays.figures) };
    rows.push(row);
    series.push({ name, delays });
    await parts.finish(simulation);
    if (control === 'on') parts.expect(row.undecodable + asked === 0, 'uplink', `students see gaps: ${name}`);
  }
  return {
    ...parts.sums,
    figures: { rows },
    plots: [delayPlot(series)],
  };
}

function sums(students: readonly SimulatedPage[]) {
  const of = (kind: 'audio' | 'video') => students.map(({ playback }) => playback.figures(kind));
  const sum = (values: readonly number[]) => Math.round(values.reduce((total, value) => total + value, 0));
  return {
    frames: sum(of('video').map(({ played }) => played)),
    undecodable: sum(of('video').map(({ lost }) => lost)),
    freezes: sum(of('video').map(({ freezes }) => freezes)),
    freezeMs: sum(of('video').map(({ freezeMs }) => freezeMs)),
    soundsLost: sum(of('audio').map(({ lost }) => lost)),
  };
}
