import test from 'ava';
import { loss } from '../../../simulations/scenarios/loss.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

const { signal } = new AbortController();
const played = (seed: number) => loss.play({ seed, minutes: 4, signal, onProgress: () => {} });

test('loss: all arrives; KCP is quicker than TCP, and a relay link than both, for more bytes', async t => {
  const first = await played(1);
  const rows = first.figures.rows as readonly FigureRecord[];
  // Of the last message nobody can know that it is missing who only asks for what comes before another.
  const missing = rows
    .filter(row => row.transport === 'kcp' || row.transport === 'tcp')
    .map(row => row.missing);
  t.true(
    missing.every(count => count === 0),
    missing.join(' '),
  );
  const sum = (transport: string, figure: string) =>
    rows.filter(row => row.transport === transport).reduce((total, row) => total + Number(row[figure]), 0);
  t.true(sum('kcp', 'beyondMs') < 0.9 * sum('tcp', 'beyondMs'));
  t.true(sum('relay', 'beyondMs') < 0.5 * sum('kcp', 'beyondMs'));
  t.true(sum('relay', 'bytesRatio') > sum('kcp', 'bytesRatio'));
  t.is((await played(1)).digest, first.digest);
});
