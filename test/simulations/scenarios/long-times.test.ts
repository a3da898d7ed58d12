import test from 'ava';
import fc from 'fast-check';
import { LongTimes } from '../../../simulations/scenarios/long-times.ts';

test('a plot of any number of times begins with the shortest, ends with the longest, and is no more than can be seen', t => {
  const times = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 2_000 });
  fc.assert(
    fc.property(times, timesMs => {
      const { record, cumulative } = new LongTimes(timesMs);
      t.true(cumulative.length <= 501);
      t.is(cumulative[0]![0], Math.min(...timesMs));
      t.deepEqual(cumulative.at(-1), [record.maxMs as number, 1]);
      for (const [i, [ms, share]] of cumulative.entries()) {
        const [beforeMs, before] = cumulative[i - 1] ?? [0, 0];
        t.true(ms >= beforeMs && share > before);
      }
    }),
    { seed: 7, numRuns: 30 },
  );
});

test('of no times there is nothing to tell', t => {
  const none = new LongTimes([]);
  t.deepEqual(none.record, { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 });
  t.deepEqual(none.cumulative, []);
});
