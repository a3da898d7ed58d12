import test from 'ava';
import { noOrphans } from '../../simulations/invariants/no-orphans.ts';
import { SimulatedPage } from '../../simulations/page.ts';
import { smallClass } from './invariants/small-class.ts';

test('who closes the page and opens it again was not interrupted meanwhile', async t => {
  const { simulation, students } = await smallClass([]);
  const { playback } = students[0]!;
  await students[0]!.close();
  await simulation.pass(10_000);
  students[0]!.open();
  await simulation.pass(5_000);
  t.deepEqual(playback.interruptions, []);
  t.is(playback.figures('video').freezes, 0);
  t.true(simulation.nowMs - playback.playedAtMs('video')! < 1_000);
  await simulation.finish();
});

test('who closes the page in the very moment of the answer, and opens it again, is there once', async t => {
  const { simulation, students } = await smallClass([noOrphans]);
  let isFirst = true;
  const page = new SimulatedPage({
    ...students[0]!.options,
    name: 'in a hurry',
    onChange(self, { kind }) {
      if (kind !== 'opened' || !isFirst) return;
      isFirst = false;
      void self.close(false);
    },
  });
  page.open();
  await simulation.pass(200);
  t.false(isFirst || page.isHere || page.isConnected);
  page.open();
  // By then, what was left of the first time would have been given up.
  await simulation.pass(20_000);
  t.true(page.isConnected);
  await page.close();
  await simulation.pass(30_000);
  await simulation.finish();
  t.deepEqual(simulation.violations, []);
});
