/** What is measured of a class that is followed packet by packet, lesson by lesson. */
import type { MediaKind } from '../../../transports/rtp/codec.ts';
import { DelayDistribution } from '../../delay-distribution.ts';
import type { SimulatedPage } from '../../page.ts';
import type { Shade } from '../../report/report.ts';
import type { Simulation } from '../../simulation.ts';
import type { ClassPlan } from './timetable.ts';

/** Delays are looked at by parts of a lesson of this length. */
export const WINDOW_MS = 5 * 60_000;
const KBPS = 100;
/** Fifteen pictures and sound in packets of 60 ms, as for slides and a voice: a day of thirty and 20 ms takes three times as long. */
const PACE = { framesPerSecond: 15, soundIntervalMs: 60 } as const;
/** Students come within so long of the teacher, and leave within so long before the end. */
const COME_WITHIN_MS = 20_000;
const LEAVE_WITHIN_MS = 5_000;

interface Window {
  readonly lessonFromMs: number;
  readonly fromMs: number;
  readonly delays: Record<MediaKind, DelayDistribution>;
}

export class FollowedClass {
  readonly plan: ClassPlan;
  readonly delays = new DelayDistribution();
  /** How far picture and sound are apart, whichever is behind. */
  readonly skews = new DelayDistribution();
  readonly students: SimulatedPage[] = [];
  lessons = 0;
  readonly #simulation: Simulation;
  readonly #windows: Window[] = [];

  constructor(simulation: Simulation, plan: ClassPlan) {
    this.#simulation = simulation;
    this.plan = plan;
  }

  /** Begins now, and has ended after so long. */
  teach(durationMs: number): void {
    const { stream, teacherAt, studentsAt } = this.plan;
    const simulation = this.#simulation;
    const { random } = simulation;
    this.lessons += 1;
    const lesson = `${stream} lesson ${this.lessons}`;
    const wish = { stream, kbps: KBPS, pace: PACE };
    const teacher = simulation.page({
      ...wish,
      name: `${lesson} teacher`,
      role: 'publisher',
      idc: teacherAt,
    });
    const fromMs = simulation.nowMs;
    simulation.tell('scene', `${lesson} begins`);
    teacher.open();
    for (const [i, idc] of studentsAt.entries()) {
      const student = simulation.page({
        ...wish,
        name: `${lesson} student-${i + 1}`,
        role: 'viewer',
        idc,
        onSkew: skewMs => this.skews.add(Math.abs(skewMs)),
      });
      student.playback.onDelay = (kind, delayMs) => this.#add(fromMs, kind, delayMs);
      this.students.push(student);
      simulation.after(random.unit() * COME_WITHIN_MS, () => student.open());
      simulation.after(durationMs - (1 + random.unit()) * LEAVE_WITHIN_MS, () => student.close());
    }
    simulation.after(durationMs, () => teacher.close());
  }

  /** Over the day, by window: [its middle, the quantile]. */
  overTime(kind: MediaKind, share: number): readonly (readonly [number, number])[] {
    return this.#windows.flatMap(({ fromMs, lessonFromMs, delays }, i) => {
      const at = [fromMs + WINDOW_MS / 2, delays[kind].quantile(share)] as const;
      const isNewLesson = i > 0 && this.#windows[i - 1]!.lessonFromMs !== lessonFromMs;
      // No line from one lesson to the next.
      return isNewLesson ? [[lessonFromMs, Number.NaN] as const, at] : [at];
    });
  }

  /** The medians of those windows before which nothing had happened in the lesson. */
  calmMedians(kind: MediaKind, incidents: readonly Shade[]): readonly number[] {
    return this.#windows
      .filter(({ lessonFromMs, fromMs }) =>
        incidents.every(({ from, to }) => to < lessonFromMs || from > fromMs + WINDOW_MS),
      )
      .map(({ delays }) => delays[kind].quantile(0.5));
  }

  #add(lessonFromMs: number, kind: MediaKind, delayMs: number): void {
    if (kind === 'video') this.delays.add(delayMs);
    const sinceMs = this.#simulation.nowMs - lessonFromMs;
    const fromMs = lessonFromMs + Math.floor(sinceMs / WINDOW_MS) * WINDOW_MS;
    let window = this.#windows.at(-1);
    if (window?.fromMs !== fromMs) {
      const delays = { audio: new DelayDistribution(), video: new DelayDistribution() };
      window = { lessonFromMs, fromMs, delays };
      this.#windows.push(window);
    }
    window.delays[kind].add(delayMs);
  }
}
