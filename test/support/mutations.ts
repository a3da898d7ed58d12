/** What hostile bytes are made with: changes to valid ones, for tests of parsers. */
import fc from 'fast-check';

export type Mutation = (bytes: Uint8Array) => Uint8Array;

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Turns bits of one byte over. */
export const flip = fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(
  ([where, mask]): Mutation =>
    bytes => {
      const copy = Uint8Array.from(bytes);
      if (copy.length > 0) copy[Math.floor(where * copy.length)]! ^= mask;
      return copy;
    },
);
/** Cuts the end off. */
export const truncate = at.map(
  (where): Mutation =>
    bytes =>
      bytes.slice(0, Math.floor(where * bytes.length)),
);
/** Puts bytes in between. */
export const insert = fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([where, extra]): Mutation =>
    bytes => {
      const split = Math.floor(where * bytes.length);
      return Uint8Array.from([...bytes.subarray(0, split), ...extra, ...bytes.subarray(split)]);
    },
);
