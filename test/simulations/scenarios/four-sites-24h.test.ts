/** An hour of the day: the one before and in which the first lessons begin, with the first incident. */
import test from 'ava';
import { fourSites24h } from '../../../simulations/scenarios/four-sites/four-sites-24h.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

const { signal } = new AbortController();
const played = (minutes: number, seed = 1) =>
  fourSites24h.play({ seed, minutes, signal, onProgress: () => {} });

test('four-sites-24h: in an hour of it nobody is interrupted outside incidents, and sound and picture are in step', async t => {
  const { violations, figures, tree, plots } = await played(60);
  t.deepEqual(violations, []);
  const classes = figures.classes as readonly FigureRecord[];
  t.is(classes.length, 8);
  for (const { class: name, pictures, p50Ms, p99Ms } of classes) {
    t.true(Number(pictures) > 1_500, `${name}: ${pictures} pictures`);
    t.true(Number(p50Ms) < 60 && Number(p99Ms) < 200, `${name}: ${p50Ms} and ${p99Ms} ms`);
  }
  t.is((figures.incidents as readonly FigureRecord[]).length, 1);
  t.true(Number((figures.flows as FigureRecord).placed) > 1_000);
  t.true(plots.every(({ series }) => series.every(({ points }) => points.length > 0)));
  t.true((tree?.length ?? 0) >= 12);
  const timesMs = plots.at(-1)!.series[0]!.points.map(([atMs]) => atMs);
  t.true(Math.max(...timesMs) <= 60 * 60_000, 'the flows end with the hour');
});

test('four-sites-24h: the same seed brings the same digest', async t => {
  const first = await played(0.1);
  t.is((await played(0.1)).digest, first.digest);
});
