import test from 'ava';
import { runSeed } from '../../../simulations/scenarios/swarm.ts';
import { Liveness } from '../../../transports/relay/liveness.ts';

const FAULTS_MS = 20_000;
/** The canary below is found by the first of these in which a relay is killed or cut off that matters. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.serial('a few runs of the swarm are clean', async t => {
  for (const seed of SEEDS.slice(0, 2)) {
    const { violations, faults } = await runSeed(seed, FAULTS_MS);
    t.deepEqual(violations, [], `seed ${seed}: ${faults.join('; ')}`);
  }
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
