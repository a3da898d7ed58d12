import test from 'ava';
import { benchScheduler } from '../../../simulations/bench/scheduler.ts';

const small = { edges: 20, sites: 4, streams: 100, viewers: 1000, onProgress: () => {} };

test('a small cluster, a small crowd: all are placed, evenly', async t => {
  const report = await benchScheduler({ ...small, signal: new AbortController().signal });
  t.is(report.placements, 1000);
  t.is(report.refused, 0);
  t.true(report.placementsPerSecond > 0 && report.p99Ms >= report.p50Ms && report.rssMb > 0);
  t.true(report.imbalance >= 1 && report.imbalance < 1.5, String(report.imbalance));
});

test('a crowd that is too large for the cluster is refused in part', async t => {
  const plan = { ...small, edges: 1, sites: 1, viewers: 19_000 };
  const { placements, refused } = await benchScheduler({ ...plan, signal: new AbortController().signal });
  t.true(placements > 10_000 && placements <= 18_000, String(placements));
  t.is(placements + refused, 19_000);
});

test('it ends when it is told to', async t => {
  const signal = AbortSignal.abort(new Error('stopped'));
  await t.throwsAsync(benchScheduler({ ...small, signal }), { message: 'stopped' });
});
