import test from 'ava';
import fc from 'fast-check';
import { SequenceCount } from '../../../simulations/load/sequence-count.ts';

for (const first of [0, 100, 65_530]) {
  test(`packets from ${first} on: what is between the first and the highest and has not come is lost`, t => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { maxLength: 40 }), between => {
        const count = new SequenceCount();
        for (const number of [0, ...between, 50]) count.add((first + number) & 0xffff);
        t.is(count.expected, 51);
        t.is(count.received, between.length + 2);
        t.is(count.lost, 49 - between.length);
        t.is(count.extendedHighest, first + 50);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
}

test('several turns of the sequence numbers', t => {
  const count = new SequenceCount();
  for (let number = 0; number < 3 * 65_536; number += 1) if (number !== 70_000) count.add(number & 0xffff);
  t.is(count.lost, 1);
  t.is(count.extendedHighest, 3 * 65_536 - 1);
});

test('before anything has come nothing is expected', t => {
  const { expected, received, lost, extendedHighest } = new SequenceCount();
  t.deepEqual([expected, received, lost, extendedHighest], [0, 0, 0, 0]);
});
