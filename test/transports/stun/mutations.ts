/** Hostile variants of valid datagrams: bits flipped, ends cut off, bytes put in, tails doubled. */
import fc from 'fast-check';
import { flip, insert, type Mutation, truncate } from '../../support/mutations.ts';

/** Makes the length field fit again, so that what lies behind it is reached. */
const mendLength = fc.constant<Mutation>(bytes => {
  const copy = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  if (copy.length >= 20) new DataView(copy.buffer).setUint16(2, copy.length - 20);
  return copy;
});

/** Any of `valid`, after one to four mutations. */
export function mutated(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const steps = fc.array(fc.oneof(flip, flip, truncate, insert, mendLength), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(fc.constantFrom(...valid), steps)
    .map(([bytes, mutations]) => mutations.reduce((sum, mutate) => mutate(sum), bytes));
}
