import test from 'ava';
import { weighted } from '../../simulations/draws.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';

const DRAWS = 10_000;

test('each is drawn as often as its weight has it, and what weighs nothing never', t => {
  const draw = weighted(
    [
      { name: 'often', weight: 6 },
      { name: 'never', weight: 0 },
      { name: 'at times', weight: 2 },
    ],
    ({ weight }) => weight,
  );
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < DRAWS; i += 1) {
    const { name } = draw(random);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  t.deepEqual([...counts.keys()].sort(), ['at times', 'often']);
  t.true(Math.abs(counts.get('often')! / DRAWS - 0.75) < 0.02, String(counts.get('often')));
});
