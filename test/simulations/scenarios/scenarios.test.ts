/** Scenarios at a fraction of their length: nothing is violated, and each shows what it is there to show. */
import test from 'ava';
import { relayFailover } from '../../../simulations/scenarios/relay-failover.ts';
import type { Scenario } from '../../../simulations/scenarios/scenario.ts';
import { slowEdge } from '../../../simulations/scenarios/slow-edge.ts';
import { splitBrain } from '../../../simulations/scenarios/split-brain.ts';

async function played(scenario: Scenario, minutes: number) {
  const { signal } = new AbortController();
  return scenario.play({ seed: 1, minutes, signal, onProgress: () => {} });
}

test('relay-failover: media within a second, and nobody connects again', async t => {
  const { violations, figures, interruptions } = await played(relayFailover, 0.5);
  t.deepEqual(violations, []);
  t.is(interruptions, 0);
  t.is(figures.reconnects, 0);
  t.true(
    Number(figures.longestGapMs) > 100 && Number(figures.longestGapMs) <= 1000,
    `${figures.longestGapMs} ms`,
  );
});

test('split-brain: the half that is cut off goes on with its own class, and all play again afterwards', async t => {
  const { violations, figures } = await played(splitBrain, 0.5);
  t.deepEqual(violations, []);
  t.is(figures.nearInterruptions, 0);
  t.true(Number(figures.againMs) > 0 && Number(figures.againMs) <= 25_000, `${figures.againMs} ms`);
});

test('slow-edge: only those behind the thin line notice', async t => {
  const { violations, figures } = await played(slowEdge, 0.5);
  t.deepEqual(violations, []);
  t.like(figures.others, { interruptions: 0, freezes: 0 });
  t.true((figures.slow as { freezes: number }).freezes > 0);
});
