import test from 'ava';
import { Violations } from '../../../simulations/invariants/violations.ts';

test('one that is violated all the time is kept fifty times, counted each time, and hides no other', t => {
  const violations = new Violations();
  for (let atMs = 0; atMs < 1_000; atMs += 1) violations.add({ invariant: 'noisy', atMs, detail: 'again' });
  violations.add({ invariant: 'quiet', atMs: 1_000.4, detail: 'once' });
  t.is(violations.count, 1_001);
  t.is(violations.kept.length, 51);
  t.deepEqual(violations.kept[49], { invariant: 'noisy', atMs: 49, detail: 'again' });
  t.deepEqual(violations.kept[50], { invariant: 'quiet', atMs: 1_000, detail: 'once' });
});
