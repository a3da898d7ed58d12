/** Sums of parity are the same by either engine, of any length and from any place. */
import test from 'ava';
import fc from 'fast-check';
import { addMultiples } from '../../../transports/fec/gf256.ts';
import { builtAddon } from '../engines.ts';

const addon = builtAddon();

/** Lengths around the 32 bytes that are added at a time. */
const sums = fc.record({
  into: fc.uint8Array({ minLength: 100, maxLength: 140 }),
  store: fc.uint8Array({ minLength: 300, maxLength: 300 }),
  parts: fc.array(fc.tuple(fc.nat(200), fc.nat(100), fc.nat(255)), { maxLength: 8 }),
});

test('both add the same', t => {
  fc.assert(
    fc.property(sums, ({ into, store, parts }) => {
      const terms = Int32Array.from(parts.flat());
      const [portable, native] = [addMultiples, addon.addMultiples].map(add => {
        const sum = into.slice();
        add(sum, store, terms, parts.length);
        return sum;
      });
      t.deepEqual(native, portable);
    }),
  );
  t.pass();
});

const refused: readonly (readonly [why: string, terms: readonly number[], count: number])[] = [
  ['past the end of the store', [8, 3, 1], 1],
  ['before its beginning', [-1, 3, 1], 1],
  ['longer than the sum', [0, 6, 1], 1],
  ['of a negative length', [0, -1, 1], 1],
  ['times what is no byte', [0, 1, 256], 1],
  ['times less than nothing', [0, 1, -1], 1],
  ['that are not there', [0, 1, 1], 2],
];

for (const [why, terms, count] of refused) {
  test(`parts ${why} are refused, and nothing is added`, t => {
    const into = new Uint8Array(5);
    const store = new Uint8Array(10).fill(1);
    t.throws(() => addon.addMultiples(into, store, Int32Array.from(terms), count), { instanceOf: TypeError });
    t.deepEqual(into, new Uint8Array(5));
  });
}
