import test from 'ava';
import { whatIsWrong } from '../../../actors/scheduler/check.ts';
import { SchedulerWorld } from '../../../simulations/bench/scheduler-world.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const plan = { edges: 7, sites: 3, streams: 20 };

test('every stream is published once, and every word is one that the scheduler takes', t => {
  const world = new SchedulerWorld(plan, seededRandom(1));
  const streams = world.edges.flatMap(edge => edge.streams.map(({ stream }) => stream));
  t.is(new Set(streams).size, plan.streams);
  t.is(streams.length, plan.streams);
  t.is(new Set(world.edges.map(({ idc }) => idc)).size, plan.sites);
  for (const edge of world.edges) t.is(whatIsWrong(world.registration(edge, 5)), undefined);
  for (let i = 0; i < 100; i += 1) {
    const newcomer = world.newcomer();
    t.is(whatIsWrong(newcomer), undefined);
    t.true(streams.includes(newcomer.stream));
  }
});

test('the imbalance is that of the worst site', t => {
  const world = new SchedulerWorld({ edges: 4, sites: 2, streams: 0 }, seededRandom(1));
  t.is(world.imbalance, 1);
  // Edges 0 and 2 are of one site, 1 and 3 of the other.
  for (const node of ['edge-0', 'edge-2', 'edge-1', 'edge-1', 'edge-1', 'edge-3']) world.joined(node);
  t.is(world.imbalance, 1.5);
});
