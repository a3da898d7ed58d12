import test from 'ava';
import { burstsFrom } from '../../../simulations/bench/fanout-bursts.ts';

const bursts = [
  { atMs: 0, payloadBytes: [1] },
  { atMs: 10, payloadBytes: [2, 3] },
  { atMs: 25, payloadBytes: [4] },
  { atMs: 40, payloadBytes: [5] },
];

test('a recording from its middle on has the same bursts as far apart, and goes round', t => {
  t.deepEqual(burstsFrom(0, bursts), bursts);
  t.deepEqual(burstsFrom(0.5, bursts), [
    { atMs: 0, payloadBytes: [4] },
    { atMs: 15, payloadBytes: [5] },
    { atMs: 16, payloadBytes: [1] },
    { atMs: 26, payloadBytes: [2, 3] },
  ]);
});
