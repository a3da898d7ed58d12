/** Hostile variants of valid bytes: bits flipped, ends cut off, bytes put in or doubled, lengths mended. */
import fc from 'fast-check';
import { RECORD_HEADER_BYTES } from '../../../../transports/dtls/record.ts';
import { flip, insert, type Mutation, truncate } from '../../../support/mutations.ts';

/** Most fields that decide anything are in the first bytes of a record. */
const flipHead = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 255 })).map(
  ([where, value]): Mutation =>
    bytes => {
      const copy = Uint8Array.from(bytes);
      if (where < copy.length) copy[where] = value;
      return copy;
    },
);
const double = fc.constant<Mutation>(bytes => Uint8Array.from([...bytes, ...bytes]));
/** Makes the record's length fit again, so that what lies behind it is reached. */
const mend = fc.constant<Mutation>(bytes => {
  const copy = Uint8Array.from(bytes);
  if (copy.length >= RECORD_HEADER_BYTES)
    new DataView(copy.buffer).setUint16(RECORD_HEADER_BYTES - 2, copy.length - RECORD_HEADER_BYTES);
  return copy;
});

/** One to four changes, one after the other. */
export const mutation: fc.Arbitrary<Mutation> = fc
  .array(fc.oneof(flip, flipHead, truncate, insert, double, mend), { minLength: 1, maxLength: 4 })
  .map(
    steps =>
      (bytes: Uint8Array): Uint8Array =>
        steps.reduce((sum, step) => step(sum), bytes),
  );
