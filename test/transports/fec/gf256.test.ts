import test from 'ava';
import { addMultiples, inverse, multiply, scale } from '../../../transports/fec/gf256.ts';

/** The product as the field defines it, bit by bit. */
function slowly(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product <<= 1;
    if (product > 255) product ^= 0x11d;
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
}

test('all products are those of polynomials, and every byte but 0 has an inverse', t => {
  for (let one = 0; one < 256; one += 1) {
    for (let other = 0; other < 256; other += 1)
      if (multiply(one, other) !== slowly(one, other)) t.fail(`${one} times ${other}`);
    if (one > 0) t.is(multiply(one, inverse(one)), 1);
  }
});

test('parts are multiplied and added byte by byte', t => {
  const into = Uint8Array.of(1, 2, 3, 4);
  const store = Uint8Array.of(0, 5, 6, 7);
  addMultiples(into, store, Int32Array.of(1, 2, 9, 3, 1, 1), 2);
  t.deepEqual([...into], [1 ^ slowly(5, 9) ^ 7, 2 ^ slowly(6, 9), 3, 4]);
  scale(into, 7);
  t.is(into[3], slowly(4, 7));
});
