import test from 'ava';
import { decodable } from '../../../simulations/invariants/decodable.ts';
import { smallClass } from './small-class.ts';

const lossy = { loss: 0.05 };

test('a bad uplink is no violation: forwarding control lets nothing on that viewers could not use', async t => {
  const { simulation, teacher } = await smallClass([decodable]);
  simulation.impairPage(teacher, { ...lossy, reorder: 0.05 });
  await simulation.pass(15_000);
  await simulation.finish();
  t.deepEqual(simulation.violations, []);
});

test('canary: without forwarding control the gaps of a bad uplink are seen', async t => {
  const control = { forwardingControl: 'off', audioReorderMs: 60 } as const;
  const { simulation, teacher } = await smallClass([decodable], { control });
  simulation.impairPage(teacher, lossy);
  await simulation.pass(5_000);
  t.true(simulation.violationCount > 10, `${simulation.violationCount} violations`);
  for (const kind of ['audio', 'video'])
    t.true(
      simulation.violations.some(({ detail }) => detail.includes(`${kind}: sequence number`)),
      kind,
    );
  t.true(simulation.violations.every(({ invariant }) => invariant === 'decodable'));
  await simulation.finish();
});
