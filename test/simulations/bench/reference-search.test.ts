import test from 'ava';
import fc from 'fast-check';
import { largest, nextPulls, type Tried } from '../../../simulations/bench/reference-search.ts';

/** Searches at a node that loses nothing up to `whole` pulls, and is quick up to `quick`. */
function searched(whole: number, quick: number): readonly Tried[] {
  const tried: Tried[] = [];
  for (let pulls = nextPulls(tried); pulls !== undefined; pulls = nextPulls(tried))
    tried.push({ pulls, isWhole: pulls <= whole, isQuick: pulls <= Math.min(whole, quick) });
  return tried;
}

test('twice as many until they are too many, then half-way between', t => {
  t.deepEqual(
    searched(900, 450).map(({ pulls }) => pulls),
    [200, 400, 800, 1600, 600, 500, 450, 1200, 1000, 900],
  );
});

test('half as many where already the first are too many', t => {
  t.deepEqual(
    searched(60, 60).map(({ pulls }) => pulls),
    [200, 100, 50, 75],
  );
});

test('a node that bears nothing, and one that bears everything', t => {
  t.is(largest(searched(0, 0), 'isWhole'), 0);
  t.is(largest(searched(1e9, 1e9), 'isQuick'), 10_000);
});

test('the search ends, tries nothing twice, and comes near', t => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 12_000 }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      (whole, q) => {
        const tried = searched(whole, whole * q);
        t.true(tried.length <= 10);
        t.is(new Set(tried.map(({ pulls }) => pulls)).size, tried.length);
        const quick = largest(tried, 'isQuick');
        t.true(
          quick <= whole * q && quick >= Math.min(10_000, whole * q) * 0.8 - 50,
          `${quick} of ${whole * q}`,
        );
        t.true(largest(tried, 'isWhole') >= Math.min(10_000, whole) / 2 - 50);
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('luck above what was too many before does not confuse it', t => {
  const tried = [
    { pulls: 200, isWhole: true, isQuick: true },
    { pulls: 400, isWhole: true, isQuick: false },
    { pulls: 800, isWhole: true, isQuick: true },
    { pulls: 1600, isWhole: false, isQuick: false },
  ];
  t.is(nextPulls(tried), 1200);
});
