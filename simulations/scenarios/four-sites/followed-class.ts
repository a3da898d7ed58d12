/** What is measured of a class that is followed packet by packet, lesson by lesson. */
import type { MediaKind } from '../../../transports/rtp/codec.ts';
import { DelayDistribution } from '../../delay-distribution.ts';
import type { SimulatedPage } from '../../page.ts';
import type { Shade } from '../../report/report.ts';
import type { Simulation } from '../../simulation.ts';
import type { City } from '../../topology.ts';
import type { ClassPlan } from './timetable.ts';

/** Delays are looked at by parts of a lesson of this length. */
export const WINDOW_MS = 5 * 60_000;
/** Nobody notices less: half of what is detectable where sound is early (ITU-R BT.1359-1: 45 ms). */
export const SKEW_MOST_MS = 22;
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

/** A student's place in a class: whoever sits there in each lesson. */
export class Seat {
  /** The class, and from where to where. */
  readonly name: string;
  readonly delays = new DelayDistribution();
  /** How far picture and sound are apart, whichever is behind. */
  readonly skews = new DelayDistribution();
  /** Those of more than SKEW_MOST_MS: when they were measured. */
  readonly wideSkewsAtMs: number[] = [];
  readonly pages: SimulatedPage[] = [];
  readonly idc: City;
  readonly #windows: Window[] = [];

  constructor({ stream, teacherAt }: ClassPlan, idc: City) {
    this.name = `${stream}, ${teacherAt} to ${idc}`;
    this.idc = idc;
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

  addSkew(nowMs: number, skewMs: number): void {
    this.skews.add(skewMs);
    if (skewMs > SKEW_MOST_MS) this.wideSkewsAtMs.push(nowMs);
  }

  add(nowMs: number, lessonFromMs: number, kind: MediaKind, delayMs: number): void {
    if (kind === 'video') this.delays.add(delayMs);
    const fromMs = lessonFromMs + Math.floor((nowMs - lessonFromMs) / WINDOW_MS) * WINDOW_MS;
    let window = this.#windows.at(-1);
    if (window?.fromMs !== fromMs) {
      const delays = { audio: new DelayDistribution(), video: new DelayDistribution() };
      window = { lessonFromMs, fromMs, delays };
      this.#windows.push(window);
    }
    window.delays[kind].add(delayMs);
  }
}

export class FollowedClass {
  readonly plan: ClassPlan;
  readonly seats: readonly Seat[];
  lessons = 0;
  readonly #simulation: Simulation;

  constructor(simulation: Simulation, plan: ClassPlan) {
    this.#simulation = simulation;
    this.plan = plan;
    this.seats = plan.studentsAt.map(idc => new Seat(plan, idc));
  }

  /** Begins now, and has ended after so long. */
  teach(durationMs: number): void {
    const { stream, teacherAt } = this.plan;
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
    for (const seat of this.seats) {
      const student = simulation.page({
        ...wish,
        name: `${lesson} student in ${seat.idc}`,
        role: 'viewer',
        idc: seat.idc,
        onSkew: skewMs => seat.addSkew(simulation.nowMs, Math.abs(skewMs)),
      });
      student.playback.onDelay = (kind, delayMs) => seat.add(simulation.nowMs, fromMs, kind, delayMs);
      seat.pages.push(student);
      simulation.after(random.unit() * COME_WITHIN_MS, () => student.open());
      simulation.after(durationMs - (1 + random.unit()) * LEAVE_WITHIN_MS, () => student.close());
    }
    simulation.after(durationMs, () => teacher.close());
  }
}
