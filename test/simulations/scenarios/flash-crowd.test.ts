import test from 'ava';
import { measuredProcessor } from '../../../simulations/processor.ts';
import { playCrowd } from '../../../simulations/scenarios/flash-crowd.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

/** Each edge's line takes four of those who are only about to come, so that eight of these find no room at once. */
const plan = {
  students: 24,
  withinMs: 500,
  kbps: 100,
  processor: measuredProcessor,
  mostBitsPerSecond: 10e6,
};

test('flash-crowd: who finds no room is told when to come again, and all get in', async t => {
  const { signal } = new AbortController();
  const played = () => playCrowd({ seed: 1, minutes: 0.15, signal, onProgress: () => {} }, plan);
  const { violations, figures, interruptions, digest, tree } = await played();
  t.deepEqual(violations, []);
  t.is(interruptions, 0);
  const { students, times, p50Ms, maxMs } = figures.refused as FigureRecord;
  t.true(Number(students) > 0 && Number(times) >= Number(students), `${students} refused ${times} times`);
  // Retry-After is 5 s, and pages wait up to half as long again.
  t.true(Number(p50Ms) > 5_000 && Number(maxMs) < 8_500, `${p50Ms} ms, ${maxMs} at worst`);
  t.true(Number((figures.join as FigureRecord).p50Ms) < 500);
  t.like(figures.early, { interruptions: 0, freezes: 0 });
  const rows = figures.rows as readonly FigureRecord[];
  const served = rows.map(({ home: _, students: __, ...at }) =>
    Object.values(at).reduce<number>((sum, count) => sum + Number(count), 0),
  );
  t.deepEqual(
    served,
    rows.map(row => row.students),
    'each is served somewhere',
  );
  t.is(tree?.filter(({ name }) => name.endsWith('-relay')).length, 4);
  t.is((await played()).digest, digest);
});
