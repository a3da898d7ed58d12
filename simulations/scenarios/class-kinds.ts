/** The kinds of classes there are, out of streams alone: who publishes what, who watches what, and when. */

/** How many people a class of each kind has. */
export interface ClassSizes {
  /** Who all see each other. */
  readonly small: number;
  readonly groups: number;
  readonly group: number;
  /** Students of a large class. */
  readonly large: number;
  /** Students whom the teacher sees, too. */
  readonly interactive: number;
}

/** One stream that one person publishes or watches; times are shares of the lesson. */
export interface Seat {
  readonly person: string;
  readonly role: 'publisher' | 'viewer';
  /** Within the lesson. */
  readonly stream: string;
  readonly kbps?: number;
  readonly from: number;
  readonly until: number;
  /** What figures it counts for, where not for its class's. */
  readonly part?: string;
}

export interface ClassKind {
  readonly name: string;
  seats(sizes: ClassSizes): readonly Seat[];
}

const TEACHER_KBPS = 350;
/** Of a face among others. */
const STUDENT_KBPS = 150;
/** Publishers are there first; students come one after the other within a tenth of the lesson. */
const FIRST_VIEWER = 0.15;
const LAST_VIEWER = 0.25;
/** A student of the large class goes up. */
const UP = { from: 0.5, until: 0.8 };
/** Whoever is told that somebody goes up asks for the stream once it is there. */
const SEEN_UP = { from: 0.6, until: 0.8 };
const TEACHER = 'teacher';

export const classKinds: readonly ClassKind[] = [
  { name: 'one-to-one', seats: () => everybody(['teacher', 'student'], TEACHER_KBPS) },
  { name: 'small', seats: ({ small }) => everybody(names('person', small), TEACHER_KBPS) },
  {
    name: 'groups',
    seats({ groups, group }) {
      const members = names('group', groups).map(one => names(`${one}-student`, group));
      return [
        publishes(TEACHER, TEACHER_KBPS),
        ...watch(members.flat(), TEACHER),
        ...members.flatMap(of => everybody(of, STUDENT_KBPS)),
      ];
    },
  },
  {
    name: 'large',
    seats({ large }) {
      const [up, ...others] = names('student', large) as [string, ...string[]];
      const part = 'large: one goes up';
      return [
        publishes(TEACHER, TEACHER_KBPS),
        ...watch([up, ...others], TEACHER),
        { ...publishes(up, STUDENT_KBPS), ...UP, part },
        ...[TEACHER, ...others].map(person => ({ ...watches(person, up, 0), ...SEEN_UP, part })),
      ];
    },
  },
  {
    name: 'interactive',
    seats({ interactive }) {
      const students = names('student', interactive);
      return [
        publishes(TEACHER, TEACHER_KBPS),
        ...watch(students, TEACHER),
        ...students.map(student => publishes(student, STUDENT_KBPS)),
        ...students.map((student, i) => watches(TEACHER, student, i / students.length)),
      ];
    },
  },
];

function names(what: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${what}-${i + 1}`);
}

/** Each of them sees all the others. */
function everybody(people: readonly string[], kbps: number): readonly Seat[] {
  return people.flatMap((person, i) => [
    publishes(person, kbps),
    ...people.filter(other => other !== person).map(other => watches(person, other, i / people.length)),
  ]);
}

function watch(people: readonly string[], stream: string): readonly Seat[] {
  return people.map((person, i) => watches(person, stream, i / people.length));
}

function publishes(person: string, kbps: number): Seat {
  return { person, role: 'publisher', stream: person, kbps, from: 0, until: 1 };
}

/** `turn` is from 0, who comes first, to 1. */
function watches(person: string, stream: string, turn: number): Seat {
  const from = FIRST_VIEWER + turn * (LAST_VIEWER - FIRST_VIEWER);
  return { person, role: 'viewer', stream, from, until: 1 };
}
