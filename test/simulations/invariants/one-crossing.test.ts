import test from 'ava';
import type { Invariant } from '../../../simulations/invariants/invariant.ts';
import { oneCrossing } from '../../../simulations/invariants/one-crossing.ts';
import { shown, smallClass, withReport } from './small-class.ts';

test('canary: a second relay of the site that fetches the stream from the other site is seen after 10 s', async t => {
  let fromMs = Number.POSITIVE_INFINITY;
  const doctored = shown(oneCrossing, (seen, nowMs) => {
    if (nowMs < fromMs) return seen;
    const relay = seen.find(
      ({ node, report }) => node.idc === 'guangzhou' && report.streams[0]?.parent?.startsWith('beijing'),
    )!;
    const other = relay.node.name === 'guangzhou-relay-1' ? 'guangzhou-relay-2' : 'guangzhou-relay-1';
    return withReport(seen, other, report => ({ ...report, streams: relay.report.streams }));
  });
  const planted: Invariant = {
    ...doctored,
    name: 'planted',
    // Nothing has been wrong for ever: it need not be waited for.
    watch: scene => doctored.watch({ ...scene, wellSinceMs: Number.NEGATIVE_INFINITY }),
  };
  const { simulation } = await smallClass([oneCrossing, planted]);
  fromMs = simulation.nowMs;
  await simulation.pass(9_500);
  t.deepEqual(simulation.violations, []);
  await simulation.pass(2_000);
  t.like(simulation.violations, [
    {
      invariant: 'planted',
      detail: 'math-101 into guangzhou: fetched from other sites by guangzhou-relay-1 and guangzhou-relay-2',
    },
  ]);
  fromMs = Number.POSITIVE_INFINITY;
  await simulation.finish();
});
