import test from 'ava';
import fc from 'fast-check';
import { buildStun } from '../../../transports/stun/build.ts';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { parseStun } from '../../../transports/stun/message.ts';
import { ipBytes, ipText } from '../../../transports/udp/ip-address.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6()).map(text => ipText(ipBytes(text)!));
const attributes = fc.record(
  {
    username: fc.string({ unit: 'grapheme', maxLength: 100 }),
    priority: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    useCandidate: fc.constant(true),
    iceControlling: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    iceControlled: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    xorMappedAddress: fc.record({ address, port: fc.integer({ min: 0, max: 65535 }) }),
    error: fc.record({ code: fc.integer({ min: 300, max: 699 }), reason: fc.string({ maxLength: 60 }) }),
    unknownAttributes: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 16 }),
    software: fc.string({ maxLength: 40 }),
  },
  { requiredKeys: [] },
);
const message = fc.record({
  class: fc.constantFrom('request', 'indication', 'success', 'error'),
  method: fc.integer({ min: 0, max: 0xfff }),
  transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  attributes,
  fingerprint: fc.boolean(),
});

test('what is built is read back, whatever the class, the method and the attributes', t => {
  fc.assert(
    fc.property(message, fc.option(fc.string(), { nil: undefined }), (built, password) => {
      const bytes = buildStun({ ...built, ...(password !== undefined && { password }) });
      const parsed = parseStun(bytes)!;
      t.is(parsed.class, built.class);
      t.is(parsed.method, built.method);
      t.deepEqual([...parsed.transactionId], [...built.transactionId]);
      t.deepEqual(parsed.attributes, built.attributes);
      t.deepEqual(parsed.unknownRequired, []);
      t.is(parsed.fingerprint, built.fingerprint ? 'valid' : 'absent');
      t.is(parsed.integrityOffset === undefined, password === undefined);
      if (password !== undefined) t.true(integrityMatches(bytes, parsed.integrityOffset!, password));
    }),
    { seed: 8489, numRuns: 300 },
  );
});

test('an address that is none cannot be put in', t => {
  const xorMappedAddress = { address: 'localhost', port: 1 };
  const transactionId = new Uint8Array(12);
  t.throws(() => buildStun({ class: 'success', transactionId, attributes: { xorMappedAddress } }), {
    instanceOf: RangeError,
  });
});
