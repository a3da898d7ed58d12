/** A lesson of some kind in a simulated cluster: its people come, see each other, and leave. */
import type { SimulatedPage } from '../page.ts';
import type { Simulation } from '../simulation.ts';
import type { ClassKind, ClassSizes, Seat } from './class-kinds.ts';

export interface LessonPlan {
  readonly name: string;
  readonly kind: ClassKind;
  readonly sizes: ClassSizes;
  /** People live there, in turns; the first of them, the teacher, by the first. */
  readonly sites: readonly string[];
  readonly durationMs: number;
}

export interface Attendance {
  /** What it counts for. */
  readonly part: string;
  readonly page: SimulatedPage;
  /** Of a viewer: whom it watches. */
  readonly publisher: SimulatedPage | undefined;
  /** Sound against picture as it left, ms; undefined before, and of publishers. */
  skewMs: number | undefined;
}

/** Plans it all, from now on; who attends it is known at once, and how it was for them when it is over. */
export function holdLesson(simulation: Simulation, plan: LessonPlan): readonly Attendance[] {
  const { name, kind, sizes, durationMs } = plan;
  const seats = kind.seats(sizes);
  const people = [...new Set(seats.map(({ person }) => person))];
  const pageOf = ({ person, role, stream, kbps }: Seat) =>
    simulation.page({
      name: role === 'publisher' ? `${name}-${person}` : `${name}-${person} watching ${stream}`,
      stream: `${name}-${stream}`,
      role,
      idc: plan.sites[people.indexOf(person) % plan.sites.length]!,
      ...(kbps !== undefined && { kbps }),
    });
  const pages = new Map(seats.map(seat => [seat, pageOf(seat)]));
  const publishers = new Map(
    [...pages].flatMap(([{ role, stream }, page]) => (role === 'publisher' ? [[stream, page] as const] : [])),
  );
  simulation.timeline.push({
    atMs: Math.round(simulation.nowMs),
    untilMs: Math.round(simulation.nowMs + durationMs),
    kind: 'scene',
    what: `${name}: ${people.length} people, ${publishers.size} streams, ${seats.length - publishers.size} pulls`,
  });
  return [...pages].map(([{ role, stream, from, until, part }, page]) => {
    const isViewer = role === 'viewer';
    const attendance: Attendance = {
      part: part ?? kind.name,
      page,
      publisher: isViewer ? publishers.get(stream) : undefined,
      skewMs: undefined,
    };
    simulation.after(from * durationMs, () => page.open());
    simulation.after(until * durationMs, () => {
      attendance.skewMs = isViewer ? skewOf(page) : undefined;
      return page.close();
    });
    return attendance;
  });
}

/** How far what is heard is from what is seen. */
function skewOf({ playback }: SimulatedPage): number | undefined {
  const [sound, picture] = [playback.newestMs('audio'), playback.newestMs('video')];
  return sound === undefined || picture === undefined ? undefined : Math.abs(sound - picture);
}
