import test from 'ava';
import fc from 'fast-check';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { parseStun, UNKNOWN_REQUIRED_MAX } from '../../../transports/stun/message.ts';
import { mutated } from './mutations.ts';
import { IPV4_RESPONSE, IPV6_RESPONSE, PASSWORD, REQUEST } from './vectors.ts';

test('mutated messages are read or refused, never thrown at, and never pass for authentic', t => {
  const valid = [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE];
  let read = 0;
  fc.assert(
    fc.property(mutated(valid), bytes => {
      const message = parseStun(bytes);
      if (message === undefined) return;
      read += 1;
      t.true(message.unknownRequired.length <= UNKNOWN_REQUIRED_MAX);
      const text = `${message.attributes.username}${message.attributes.software}`;
      t.true(text.length <= bytes.length + 'undefinedundefined'.length);
      const { integrityOffset } = message;
      if (integrityOffset === undefined || !integrityMatches(bytes, integrityOffset, PASSWORD)) return;
      // Only what stands behind the integrity may differ from a message that somebody vouched for.
      t.true(valid.some(one => isSamePrefix(one, bytes, integrityOffset + 24)));
    }),
    { seed: 5769, numRuns: 5000 },
  );
  t.true(read > 100, `only ${read} of the mutations got past the header`);
});

test('noise is refused', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), bytes => t.is(parseStun(bytes), undefined)),
    { seed: 5769, numRuns: 500 },
  );
});

/** Equal up to `end`, but for the length field, which the integrity sets itself. */
function isSamePrefix(a: Uint8Array, b: Uint8Array, end: number): boolean {
  return a.subarray(0, end).every((byte, i) => i === 2 || i === 3 || byte === b[i]);
}
