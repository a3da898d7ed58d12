import test from 'ava';
import { type Fault, happen } from '../../../simulations/faults/fault.ts';
import { smallClass } from '../invariants/small-class.ts';

const KILLED: Fault = { kind: 'killed', node: 'guangzhou-relay-2' };

test('a node that is killed while it is down is down no shorter, and the second death is none', async t => {
  const { simulation } = await smallClass([]);
  const sinceMs = simulation.nowMs;
  await happen(simulation, KILLED, 5_000);
  await simulation.pass(1_000);
  await happen(simulation, KILLED, 500);
  await simulation.pass(2_000);
  t.is(simulation.wellSinceMs, undefined);
  await simulation.pass(3_000);
  t.is(simulation.wellSinceMs, sinceMs + 5_000);
  t.deepEqual(
    simulation.timeline.filter(({ kind }) => kind === 'fault'),
    [{ atMs: sinceMs, untilMs: sinceMs + 5_000, kind: 'fault', what: 'guangzhou-relay-2 killed' }],
  );
  await simulation.finish();
});

test('of two faults that are told in the same words each lasts as long as it does', async t => {
  const { simulation } = await smallClass([]);
  const bad: Fault = { kind: 'bad line', sites: ['beijing', 'guangzhou'], line: { loss: 0.1 } };
  const sinceMs = simulation.nowMs;
  await happen(simulation, bad, 1_000);
  await happen(simulation, bad, 3_000);
  await simulation.pass(2_000);
  t.is(simulation.wellSinceMs, undefined);
  await simulation.pass(2_000);
  t.is(simulation.wellSinceMs, sinceMs + 3_000);
  t.is(simulation.timeline.filter(({ kind }) => kind === 'fault').length, 2);
  await simulation.finish();
});

test('a fault that could do nothing leaves no trace', async t => {
  const { simulation } = await smallClass([]);
  const { wellSinceMs } = simulation;
  const page = simulation.page({ name: 'nobody', stream: 'math-101', role: 'viewer', idc: 'beijing' });
  await happen(simulation, { kind: 'vanished', page }, 1_000);
  await simulation.pass(2_000);
  t.is(simulation.wellSinceMs, wellSinceMs);
  t.deepEqual(
    simulation.timeline.filter(({ kind }) => kind === 'fault'),
    [],
  );
  await simulation.finish();
});
