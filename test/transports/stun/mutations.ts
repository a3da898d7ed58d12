/** Hostile variants of valid datagrams: bits flipped, ends cut off, bytes put in, tails doubled. */
import fc from 'fast-check';

type Mutation = (bytes: Uint8Array) => Uint8Array;

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const flip = fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(
  ([where, mask]): Mutation =>
    bytes => {
      const copy = new Uint8Array(bytes);
      if (copy.length > 0) copy[Math.floor(where * copy.length)]! ^= mask;
      return copy;
    },
);
const truncate = at.map(
  (where): Mutation =>
    bytes =>
      bytes.slice(0, Math.floor(where * bytes.length)),
);
const insert = fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([where, extra]): Mutation =>
    bytes => {
      const split = Math.floor(where * bytes.length);
      return Uint8Array.from([...bytes.subarray(0, split), ...extra, ...bytes.subarray(split)]);
    },
);
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
