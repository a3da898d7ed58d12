import test from 'ava';
import { nextRate, type RateTried } from '../../../simulations/bench/join-search.ts';

/** All rates that are tried at a node that bears so many. */
function rates(most: number): readonly number[] {
  const tried: RateTried[] = [];
  for (let rate = nextRate(tried); rate !== undefined; rate = nextRate(tried))
    tried.push({ rate, isBorne: rate <= most });
  return tried.map(({ rate }) => rate);
}

test('twice as many as long as they are borne, then half-way between, to a tenth', t => {
  t.deepEqual(rates(640), [50, 100, 200, 400, 800, 600, 700, 650]);
});

test('a node that bears nothing is found out, and one that bears all', t => {
  t.deepEqual(rates(0).slice(0, 4), [50, 25, 13, 7]);
  t.true(rates(0).length <= 12);
  t.deepEqual(rates(10_000), [50, 100, 200, 400, 800, 1600, 3200]);
});
