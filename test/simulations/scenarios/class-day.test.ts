import test from 'ava';
import { playDay } from '../../../simulations/scenarios/class-day.ts';
import { classKinds } from '../../../simulations/scenarios/class-kinds.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

const sizes = { small: 2, groups: 1, group: 2, large: 3, interactive: 2 };
/** Publishers, and what is watched of them: of all kinds in the first hour, and of the first two in the second. */
const streams = {
  'one-to-one': [4, 4],
  small: [4, 4],
  groups: [3, 4],
  large: [1, 3],
  'large: one goes up': [1, 3],
  interactive: [3, 4],
};

test('class-day: all kinds of classes see and hear what they should, in step and undisturbed', async t => {
  const { signal } = new AbortController();
  const played = () => playDay({ seed: 1, minutes: 0.3, signal, onProgress: () => {} }, { hours: 2, sizes });
  const { violations, figures, interruptions, digest } = await played();
  t.deepEqual(violations, []);
  t.is(interruptions, 0);
  const rows = figures.rows as readonly FigureRecord[];
  t.deepEqual(
    Object.fromEntries(rows.map(({ kind, publishers, pulls }) => [kind, [publishers, pulls]])),
    streams,
  );
  for (const row of rows) {
    t.is(row.without, 0, String(row.kind));
    t.true(Number(row.joinP95Ms) > 0 && Number(row.joinP95Ms) <= 500, `${row.kind}: ${row.joinP95Ms} ms`);
  }
  t.is((await played()).digest, digest);
});

test('who goes up in a large class is seen by the teacher and by all the others', t => {
  const seats = classKinds.find(({ name }) => name === 'large')!.seats({ ...sizes, large: 4 });
  const up = seats.filter(({ part }) => part !== undefined);
  t.deepEqual(
    up.map(({ person, role, stream }) => [person, role, stream]),
    [
      ['student-1', 'publisher', 'student-1'],
      ['teacher', 'viewer', 'student-1'],
      ['student-2', 'viewer', 'student-1'],
      ['student-3', 'viewer', 'student-1'],
      ['student-4', 'viewer', 'student-1'],
    ],
  );
});
