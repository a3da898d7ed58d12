import test from 'ava';
import { noLoop } from '../../../simulations/invariants/no-loop.ts';
import { shown, smallClass, withReport } from './small-class.ts';

test('canary: a relay that gets the stream from one that has it from it is seen at once', async t => {
  const doctored = shown(noLoop, seen =>
    withReport(seen, 'beijing-relay', report => ({
      ...report,
      streams: report.streams.map(one => ({ ...one, parent: 'guangzhou-pull' })),
    })),
  );
  const { simulation } = await smallClass([noLoop, { ...doctored, name: 'planted' }]);
  t.true(simulation.violationCount > 0);
  t.true(simulation.violations.every(({ invariant }) => invariant === 'planted'));
  t.regex(simulation.violations[0]!.detail, /^math-101 goes in a circle: .*beijing-relay/);
  await simulation.finish();
});
