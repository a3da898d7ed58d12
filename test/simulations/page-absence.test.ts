import test from 'ava';
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
