import test from 'ava';
import { noOrphans } from '../../../simulations/invariants/no-orphans.ts';
import { smallClass } from './small-class.ts';

test('who vanishes leaves nothing behind', async t => {
  const { simulation, students } = await smallClass([noOrphans]);
  await students[1]!.close(false);
  await simulation.pass(40_000);
  await simulation.finish();
  t.deepEqual(simulation.violations, []);
});

test('canary: a session that nobody has to do with is seen, and that it is there at the end', async t => {
  const { simulation } = await smallClass([noOrphans]);
  const { shard } = simulation.world.node('guangzhou-pull');
  const { session, client } = await shard.view('math-101');
  await simulation.pass(34_000);
  t.deepEqual(simulation.violations, []);
  await simulation.pass(3_000);
  t.is(simulation.violationCount, 1);
  t.true(simulation.violations[0]!.detail.includes(session), simulation.violations[0]!.detail);
  await simulation.finish();
  const last = simulation.violations.slice(1).map(({ detail }) => detail);
  t.true(
    last.some(detail => detail.includes(session) && detail.endsWith('everybody has left')),
    last.join('\n'),
  );
  t.true(
    last.some(detail => /guangzhou-pull holds \d+ entries/.test(detail)),
    last.join('\n'),
  );
  await client.vanish();
});
