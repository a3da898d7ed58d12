import test from 'ava';
import fc from 'fast-check';
import { nodesOfSites } from '../../../gateway/cli/cluster/plan.ts';
import { incidentKinds, planIncidents, worse } from '../../../simulations/soak/incident-plan.ts';
import { parseImpairment } from '../../../transports/udp/impaired.ts';

const MINUTE_MS = 60_000;
const nodes = nodesOfSites(['beijing', 'guangzhou', 'chengdu', 'harbin']);

test('an hour has every kind, and the same seed the same plan', t => {
  const plan = planIncidents(1, 60 * MINUTE_MS, nodes);
  t.deepEqual([...new Set(plan.map(({ kind }) => kind))].sort(), [...incidentKinds].sort());
  t.deepEqual(planIncidents(1, 60 * MINUTE_MS, nodes), plan);
  t.notDeepEqual(planIncidents(2, 60 * MINUTE_MS, nodes), plan);
});

test('three minutes have incidents, too', t => t.true(planIncidents(1, 3 * MINUTE_MS, nodes).length >= 2));

test('one is over, and found again, before the next; and some nodes are never killed', t => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 3, max: 600 }), (seed, minutes) => {
      const durationMs = minutes * MINUTE_MS;
      const plan = planIncidents(seed, durationMs, nodes);
      for (const [i, { atMs, untilMs, kind, target }] of plan.entries()) {
        t.true(untilMs >= atMs && atMs >= 30_000 && atMs <= durationMs - 40_000);
        t.true(i === 0 || atMs - plan[i - 1]!.untilMs >= 30_000);
        if (kind === 'link-worse') t.true(nodes.some(({ idc }) => idc === target));
        else t.true(nodes.some(({ name }) => name === target));
        if (kind.endsWith('-killed')) t.false(/^(chengdu|harbin)/.test(target));
        if (kind === 'scheduler-killed' || kind === 'gateway-killed') t.true(atMs <= durationMs / 2);
      }
    }),
  );
});

test('a line that is made worse is slower and loses more, and is never beyond what can be asked for', t => {
  t.deepEqual(parseImpairment(worse({ delayMs: 20, jitterMs: 5, loss: 0.01 })), {
    delayMs: 60,
    jitterMs: 15,
    loss: 0.06,
  });
  t.is(parseImpairment(worse({ delayMs: 1, jitterMs: 0, loss: 1 }))?.loss, 1);
  t.not(parseImpairment(worse({ delayMs: 10_000, jitterMs: 10_000, loss: 0 })), undefined);
});
