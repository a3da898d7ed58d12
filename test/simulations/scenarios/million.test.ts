import test from 'ava';
import { DEPTH_MAX } from '../../../simulations/flows/flow-check.ts';
import { million } from '../../../simulations/scenarios/million.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

/** As many as come a minute, for that part of it. */
const MINUTES = 0.05;
const VIEWERS = 5_000;

test('million: one copy a link and a site, however many watch; all get in, and nobody is sent to a full edge', async t => {
  const { signal } = new AbortController();
  const played = (seed: number) => million.play({ seed, minutes: MINUTES, signal, onProgress: () => {} });
  const { violations, figures, digest, tree } = await played(1);
  t.deepEqual(violations, []);
  t.like(figures, { viewers: VIEWERS, copiesALink: 1, copiesASite: 1 });
  const depth = Number(figures.depth);
  t.true(depth >= 4 && depth <= DEPTH_MAX, `${depth} nodes deep`);
  const { cpuUs, bytes, bytesBetweenSites } = figures.cost as FigureRecord;
  // What one viewer's packets cost at an edge, and the copies that go from site to site beside that.
  t.true(Number(cpuUs) > 300 && Number(bytes) > 40_000 && Number(bytesBetweenSites) > 0);
  t.true(Number((figures.join as FigureRecord).p50Ms) < 500);
  const watched = tree!.reduce((sum, { note = '0' }) => sum + Number.parseInt(note, 10), 0);
  t.is(watched, VIEWERS);
  t.is((await played(1)).digest, digest);
  t.not((await played(2)).digest, digest);
});
