import test from 'ava';
import fc from 'fast-check';
import { ipBytes, ipText } from '../../../transports/udp/ip-address.ts';

/** Text as written, and as RFC 5952 would have it. */
const spellings = [
  ['127.0.0.1', '127.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8:0000:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['fe80::1%eth0', 'fe80::1'],
] as const;

for (const [written, canonical] of spellings)
  test(`${written} is ${canonical}`, t => t.is(ipText(ipBytes(written)!), canonical));

const none = [
  '',
  'localhost',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '1.2.3.',
  '1.2.3.-4',
  '1.2.3.0x4',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '12345::',
  'g::',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '::1.2.3',
  '[::1]',
];
for (const text of none) test(`"${text}" is no address`, t => t.is(ipBytes(text), undefined));

test('every address has one text, and the text gives its bytes back', t => {
  const sizes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc
      .array(fc.constantFrom(0, 0, 0, 1), { minLength: 16, maxLength: 16 })
      .map(list => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(sizes, bytes => t.deepEqual([...ipBytes(ipText(bytes))!], [...bytes])),
    { seed: 5952, numRuns: 300 },
  );
});

test('any text is read or refused', t => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.%') });
  fc.assert(
    fc.property(text, given => t.true([undefined, 4, 16].includes(ipBytes(given)?.length))),
    { seed: 5952, numRuns: 1000 },
  );
});

test('bytes that are no address have no text', t => {
  t.throws(() => ipText(new Uint8Array(5)), { instanceOf: RangeError });
});
