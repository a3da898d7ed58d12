import test from 'ava';
import fc from 'fast-check';
import { ByteCopier } from '../../../transports/kcp/byte-copier.ts';

test('copies are equal to their sources, and none touches another', t => {
  const sizes = fc.array(fc.oneof(fc.nat(200), fc.nat(5000)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(sizes, all => {
      const copier = new ByteCopier();
      const sources = all.map((size, i) => new Uint8Array(size).fill(i + 1));
      const copies = sources.map(source => copier.copy(source));
      t.true(copies.every((copy, i) => Buffer.compare(copy, sources[i]!) === 0));
      copies[0]!.fill(0);
      t.true(copies.slice(1).every((copy, i) => Buffer.compare(copy, sources[i + 1]!) === 0));
    }),
    { seed: 4, numRuns: 100 },
  );
});

test('a part is copied as a part', t => {
  t.deepEqual(new ByteCopier().copy(Uint8Array.of(1, 2, 3, 4), 1, 3), Uint8Array.of(2, 3));
});
