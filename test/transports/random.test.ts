import test from 'ava';
import { systemRandom } from '../../transports/random.ts';

test('no bytes are given out twice, and each draw is in a buffer of its own', t => {
  const draws = Array.from({ length: 2000 }, (_, i) => systemRandom.bytes(16 + (i % 5)));
  t.is(new Set(draws.map(bytes => Buffer.from(bytes).toString('hex'))).size, draws.length);
  t.is(new Set(draws.map(({ buffer }) => buffer)).size, draws.length);
  t.true(draws.every(({ buffer, length }) => buffer.byteLength === length));
});

for (const count of [0, 1, 4095, 4096, 4097, 100_000]) {
  test(`${count} bytes`, t => {
    const bytes = systemRandom.bytes(count);
    t.is(bytes.length, count);
    // A run of zeros this long would be bytes that were given out, and wiped.
    t.false(Buffer.from(bytes).includes(Buffer.alloc(16)));
  });
}

test('numbers lie in their ranges, and all over them', t => {
  const whole = Array.from({ length: 5000 }, () => systemRandom.uint32());
  const units = Array.from({ length: 5000 }, () => systemRandom.unit());
  t.true(whole.every(value => Number.isInteger(value) && value >= 0 && value < 2 ** 32));
  t.true(units.every(value => value >= 0 && value < 1));
  for (let tenth = 0; tenth < 10; tenth += 1) {
    t.true(whole.some(value => Math.floor(value / (2 ** 32 / 10)) === tenth));
    t.true(units.some(value => Math.floor(value * 10) === tenth));
  }
});
