import test from 'ava';
import { happen } from '../../../simulations/faults/fault.ts';
import { playsAgain, RECOVERY_MS } from '../../../simulations/invariants/plays-again.ts';
import { smallClass } from './small-class.ts';

test('a node that dies is a fault: its viewers may take their time, and do not need it', async t => {
  const { simulation, students } = await smallClass([playsAgain]);
  const node = students[1]!.node!;
  await happen(simulation, { kind: 'killed', node }, 5_000);
  await simulation.pass(60_000);
  t.deepEqual(simulation.violations, []);
  t.true(students[1]!.isConnected && students[1]!.reconnects > 0);
  await simulation.finish();
});

test('canary: a viewer who gets nothing, though nothing is said to be wrong, is seen', async t => {
  const { simulation, students } = await smallClass([playsAgain]);
  await simulation.pass(RECOVERY_MS);
  simulation.world.network.isolate(students[2]!.options.address, true);
  await simulation.pass(1_500);
  t.deepEqual(simulation.violations, []);
  await simulation.pass(2_000);
  t.is(simulation.violationCount, 1);
  t.regex(
    simulation.violations[0]!.detail,
    /^student-2, at guangzhou-pull, plays nothing newer than [23]\.\d s/,
  );
  simulation.world.network.isolate(students[2]!.options.address, false);
  await simulation.finish();
});
