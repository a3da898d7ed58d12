import test from 'ava';
import { dealt, pullsOf, referenceStreams } from '../../../simulations/bench/load-plans.ts';

test('76 streams of 300 to 400 kbit/s', t => {
  const rates = referenceStreams(76).map(({ kbps }) => kbps);
  t.deepEqual([rates[0], rates.at(-1), rates.length], [300, 400, 76]);
  t.true(rates.every((kbps, i) => i === 0 || kbps >= rates[i - 1]!));
  t.deepEqual(
    referenceStreams(1).map(({ kbps }) => kbps),
    [300],
  );
});

for (const cores of [1, 2, 3, 4, 8]) {
  test(`pulls are spread evenly over streams, and those of each stream over ${cores} cores`, t => {
    const streams = referenceStreams(7);
    const pulls = pullsOf(streams, 7 * cores * 2);
    for (const { stream } of streams) {
      const own = pulls.filter(pull => pull.stream === stream);
      for (let core = 0; core < cores; core += 1)
        t.is(own.filter(({ uid }) => Number(uid) % cores === core).length, 2);
      t.is(own.filter(({ isSample }) => isSample).length, 1);
    }
  });
}

test('each stream has its sample as long as it has a viewer', t => {
  t.deepEqual(
    pullsOf(referenceStreams(2), 5, 2).map(({ streamIndex, isSample }) => [streamIndex, isSample]),
    [
      [0, true],
      [1, true],
      [0, true],
      [1, true],
      [0, false],
    ],
  );
});

test('dealt to processes, none of which goes without', t => {
  t.deepEqual(dealt([1, 2, 3, 4, 5], 2), [
    [1, 3, 5],
    [2, 4],
  ]);
  t.deepEqual(dealt([1], 3), [[1]]);
});
