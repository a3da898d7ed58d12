import test from 'ava';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';
import { runSeed, swarm } from '../../../simulations/scenarios/swarm.ts';
import { Liveness } from '../../../transports/relay/liveness.ts';

const FAULTS_MS = 20_000;
/** The canary below is found by the first of these in which a relay is killed or cut off that matters. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.serial('a few runs of the swarm are clean, and each tells its mix of faults', async t => {
  const { signal } = new AbortController();
  const wish = { seed: SEEDS[0]!, seeds: 2, minutes: FAULTS_MS / 60_000 };
  const { violations, figures } = await swarm.play({ ...wish, signal, onProgress: () => {} });
  t.deepEqual(violations, []);
  const rows = figures.rows as readonly FigureRecord[];
  t.deepEqual(
    rows.map(({ seed, violations: count, first }) => ({ seed, count, first })),
    SEEDS.slice(0, 2).map(seed => ({ seed, count: 0, first: '' })),
  );
  for (const { mix } of rows) t.regex(String(mix), /^a fault every \d+\.\d s: .*\d+ %$/);
  t.not(rows[0]!.mix, rows[1]!.mix);
  t.is(figures.violated, 0);
});

test.serial('canary: that a dead peer of a relay link is never noticed is found', async t => {
  const { advance } = Liveness.prototype;
  Liveness.prototype.advance = function (nowMs) {
    this.heard(nowMs);
  };
  try {
    for (const seed of SEEDS) {
      const { violations, faults } = await runSeed(seed, FAULTS_MS);
      if (violations.length === 0) continue;
      t.true(
        violations.some(({ invariant }) => invariant === 'plays-again' || invariant === 'no-orphans'),
        JSON.stringify(violations),
      );
      t.log(`seed ${seed}, with ${faults.length} faults: ${violations[0]!.detail}`);
      return;
    }
    t.fail('not found');
  } finally {
    Liveness.prototype.advance = advance;
  }
});
