import test from 'ava';
import { jitter } from '../../../simulations/scenarios/jitter.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

test('jitter: who joins with buffer control sees no gap where those without do', async t => {
  const { signal } = new AbortController();
  const played = () => jitter.play({ seed: 1, minutes: 2, signal, onProgress: () => {} });
  const first = await played();
  const rows = first.figures.rows as readonly FigureRecord[];
  const gaps = (control: string) =>
    rows.filter(row => row.control === control).reduce((sum, row) => sum + Number(row.gaps), 0);
  t.is(gaps('on'), 0);
  t.true(gaps('off') > 0);
  t.is((await played()).digest, first.digest);
});
