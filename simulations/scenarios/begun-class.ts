/** The class that scenarios begin with. */
import type { SimulatedPage } from '../page.ts';
import type { Simulation } from '../simulation.ts';

export interface ClassPlan {
  readonly stream: string;
  readonly kbps: number;
  readonly students: number;
  /** Sites. */
  readonly teacherAt: string;
  readonly studentsAt: string;
  /** How long the teacher is there alone, ms. */
  readonly aloneMs: number;
}

/** A teacher publishes, and the students come a while later; returns their pages. */
export async function beginClass(simulation: Simulation, plan: ClassPlan): Promise<readonly SimulatedPage[]> {
  const { stream, kbps, teacherAt, studentsAt } = plan;
  const wish = { stream, kbps };
  const teacher = simulation.page({ ...wish, name: 'teacher', role: 'publisher', idc: teacherAt });
  const students = Array.from({ length: plan.students }, (_, i) =>
    simulation.page({ ...wish, name: `student-${i + 1}`, role: 'viewer', idc: studentsAt }),
  );
  teacher.open();
  await simulation.pass(plan.aloneMs);
  for (const student of students) student.open();
  return students;
}
