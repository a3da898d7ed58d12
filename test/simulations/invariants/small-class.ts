/** A class over two sites, with a few students and one invariant that watches it. */
import type { ControlSettings } from '../../../actors/forwarding/control/forwarding-control.ts';
import type { Invariant, SeenNode } from '../../../simulations/invariants/invariant.ts';
import type { PageWish } from '../../../simulations/simulation.ts';
import { Simulation } from '../../../simulations/simulation.ts';
import { site, Topology } from '../../../simulations/topology.ts';

export interface SmallClassOptions {
  readonly seed?: number;
  readonly control?: ControlSettings;
  readonly teacher?: Pick<PageWish, 'kbps' | 'repairs'>;
}

/** The class has begun, and students in both sites watch it. */
export async function smallClass(watched: readonly Invariant[], options: SmallClassOptions = {}) {
  const { seed = 1, control, teacher: wish } = options;
  const topology = new Topology([site('beijing', { scheduler: true }), site('guangzhou', { relay: 2 })]);
  const simulation = await Simulation.start({
    seed,
    topology,
    invariants: watched,
    ...(control !== undefined && { control }),
  });
  const stream = 'math-101';
  const teacher = simulation.page({
    name: 'teacher',
    stream,
    role: 'publisher',
    idc: 'beijing',
    kbps: 400,
    ...wish,
  });
  const students = ['beijing', 'guangzhou', 'guangzhou'].map((idc, i) =>
    simulation.page({ name: `student-${i}`, stream, role: 'viewer', idc }),
  );
  teacher.open();
  await simulation.pass(1000);
  for (const student of students) student.open();
  await simulation.pass(4000);
  return { simulation, teacher, students };
}

/** The invariant, shown something else than what there is. */
export function shown(
  invariant: Invariant,
  doctored: (seen: readonly SeenNode[], nowMs: number) => readonly SeenNode[],
): Invariant {
  return {
    ...invariant,
    watch(scene) {
      const watcher = invariant.watch(scene);
      return {
        ...watcher,
        look: (nowMs, seen) => watcher.look?.(nowMs, doctored(seen, nowMs)),
      };
    },
  };
}

/** The report of one of the nodes is changed. */
export function withReport(
  seen: readonly SeenNode[],
  name: string,
  change: (report: SeenNode['report']) => SeenNode['report'],
): readonly SeenNode[] {
  return seen.map(one => (one.node.name === name ? { ...one, report: change(one.report) } : one));
}
