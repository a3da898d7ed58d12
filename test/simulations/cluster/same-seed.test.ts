import test from 'ava';
import { describe, plan } from '../../../simulations/faults/fault.ts';
import { drawFaults, drawMix } from '../../../simulations/faults/fault-mix.ts';
import { invariants } from '../../../simulations/invariants/all.ts';
import { Simulation } from '../../../simulations/simulation.ts';
import { site, Topology } from '../../../simulations/topology.ts';

async function run(seed: number) {
  const topology = new Topology([site('beijing', { scheduler: true }), site('guangzhou')]);
  const simulation = await Simulation.start({ seed, topology, invariants });
  const wish = { stream: 'math-101', kbps: 300 };
  const teacher = simulation.page({ ...wish, name: 'teacher', role: 'publisher', idc: 'beijing' });
  const student = simulation.page({ ...wish, name: 'student', role: 'viewer', idc: 'guangzhou' });
  const random = simulation.random.fork('faults');
  const faults = drawFaults(random, drawMix(random), { topology, pages: simulation.pages, withinMs: 15_000 });
  for (const one of faults) plan(simulation, one);
  teacher.open();
  student.open();
  await simulation.pass(20_000);
  const digest = await simulation.finish();
  return { digest, faults: faults.map(({ fault, atMs }) => `${atMs} ${describe(fault)}`) };
}

test('one seed, one run, with all that goes wrong in it; another seed, another run', async t => {
  const first = await run(7);
  t.true(first.faults.length > 0);
  t.deepEqual(await run(7), first);
  const other = await run(8);
  t.not(other.digest, first.digest);
  t.notDeepEqual(other.faults, first.faults);
});
