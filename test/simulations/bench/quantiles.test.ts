import test from 'ava';
import fc from 'fast-check';
import { quantile, spreadOf } from '../../../simulations/bench/quantiles.ts';

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

for (const [q, expected] of [
  [0.01, 1],
  [0.5, 50],
  [0.99, 99],
  [1, 100],
] as const) {
  test(`of 1 to 100 in any order, quantile ${q} is ${expected}`, t => t.is(quantile(hundred, q), expected));
}

test('a quantile is one of the values, and the asked share does not exceed it', t => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (values, q) => {
        const found = quantile(values, q);
        const share = (bound: (value: number) => boolean) => values.filter(bound).length / values.length;
        return (
          values.includes(found) &&
          share(value => value <= found) >= q - 1e-9 &&
          share(value => value < found) < q
        );
      },
    ),
    { seed: 7 },
  );
  t.pass();
});

test('the median of several runs, with the least and the most', t => {
  t.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
  t.deepEqual(spreadOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 });
  t.deepEqual(spreadOf([5]), { median: 5, min: 5, max: 5 });
});

test('nothing has no quantile', t => {
  t.throws(() => quantile([], 0.5), { instanceOf: RangeError });
  t.throws(() => spreadOf([]), { instanceOf: RangeError });
});
