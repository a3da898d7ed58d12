import test from 'ava';
import { happen } from '../../../simulations/faults/fault.ts';
import { smallClass } from '../invariants/small-class.ts';

test('a node that is cut off stays so though its process is killed and started meanwhile', async t => {
  const { simulation } = await smallClass([]);
  const { world } = simulation;
  const node = 'guangzhou-relay-2';
  await happen(simulation, { kind: 'cut off', node }, 10_000);
  await happen(simulation, { kind: 'killed', node }, 1_000);
  await simulation.pass(2_000);
  t.true(world.nodes.has(node));
  const isKnown = async () => (await world.report()).nodes.some(one => one.node === node);
  await simulation.pass(2_000);
  t.false(await isKnown());
  await simulation.pass(8_000);
  t.true(await isKnown());
  await simulation.finish();
});
