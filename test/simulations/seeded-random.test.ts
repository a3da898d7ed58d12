import test from 'ava';
import { seededRandom } from '../../simulations/seeded-random.ts';

const draw = (seed: number | string, count = 8): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.uint32());
};

test('a seed gives the same numbers again, and another seed others', t => {
  t.deepEqual(draw(42), draw(42));
  t.deepEqual(draw(42), draw('42'));
  const seeds = Array.from({ length: 1000 }, (_, seed) => draw(seed, 2).join());
  t.is(new Set(seeds).size, 1000);
});

test('the numbers of a seed are fixed, so that a failure found another day can be run again', t => {
  t.deepEqual(draw(1, 4), [1329072754, 3489205983, 3712898518, 1690390947]);
});

test('a fork depends on the label and the seed, not on what has been drawn', t => {
  const random = seededRandom(1);
  const before = random.fork('network').uint32();
  random.uint32();
  t.is(random.fork('network').uint32(), before);
  t.not(random.fork('clients').uint32(), before);
  t.not(seededRandom(2).fork('network').uint32(), before);
  t.not(random.fork('a').fork('b').uint32(), random.fork('a/b').uint32());
});

test('numbers are spread evenly: every bit is set half the time, whatever the seed', t => {
  for (const seed of [0, 1, 2, -1, 2 ** 31, 'a']) {
    const numbers = draw(seed, 4000);
    for (let bit = 0; bit < 32; bit += 1) {
      const set = numbers.filter(number => (number >>> bit) & 1).length;
      t.true(Math.abs(set - 2000) < 160, `bit ${bit} of seed ${seed}: ${set} of 4000`);
    }
  }
});

test('ranges: uint32 is whole and unsigned, unit is within 0 and 1, bytes have their length', t => {
  const random = seededRandom('ranges');
  let sum = 0;
  for (let i = 0; i < 2000; i += 1) {
    const number = random.uint32();
    t.true(Number.isInteger(number) && number >= 0 && number < 2 ** 32);
    const unit = random.unit();
    t.true(unit >= 0 && unit < 1);
    sum += unit;
  }
  t.true(Math.abs(sum / 2000 - 0.5) < 0.03);
  for (const count of [0, 1, 3, 4, 5, 33]) t.is(random.bytes(count).length, count);
  t.true(new Set(random.bytes(4096)).size > 250);
});
