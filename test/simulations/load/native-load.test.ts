import test from 'ava';
import { loadNativeLoad } from '../../../simulations/load/native-load.ts';

const { measureFloor } = loadNativeLoad();

test('a floor seals and sends each packet of each burst to each viewer, for about as long as it is told', t => {
  const times = Float64Array.of(0, 5);
  const [packets, cpuMs, delaysMs] = measureFloor(
    7,
    times,
    Int32Array.of(2, 1),
    Int32Array.of(1100, 1099, 90),
    false,
    20,
  );
  t.true(packets >= 14);
  t.is(packets % 7, 0);
  t.true(cpuMs > 0);
  t.is(delaysMs.length, Math.ceil(packets / 61));
  // The later of a burst's packets have waited for the earlier.
  t.true(delaysMs.every(ms => ms > 0));
});

test('a floor that is paced sends a recording once in its time', t => {
  const times = Float64Array.of(0, 10, 20);
  const [packets, , delaysMs] = measureFloor(
    3,
    times,
    Int32Array.of(1, 1, 1),
    Int32Array.of(90, 91, 92),
    true,
    15,
  );
  t.is(packets, 6);
  t.is(delaysMs.length, 1);
  t.true(delaysMs[0]! >= 0);
});

for (const [what, times, counts, sizes] of [
  ['no bursts', [], [], []],
  ['more packets than there are lengths of', [0], [2], [90]],
  ['fewer times than bursts', [0], [1, 1], [90, 90]],
  ['a packet shorter than its header', [0], [1], [11]],
  ['a packet longer than any', [0], [1], [1501]],
] as const) {
  test(`a floor of ${what} is refused`, t => {
    const error = { instanceOf: TypeError, message: 'viewers, and bursts of packets' };
    t.throws(
      () =>
        measureFloor(1, Float64Array.from(times), Int32Array.from(counts), Int32Array.from(sizes), false, 1),
      error,
    );
  });
}
