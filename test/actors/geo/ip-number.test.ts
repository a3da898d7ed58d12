import test from 'ava';
import fc from 'fast-check';
import { ipNumber, parseNetwork } from '../../../actors/geo/ip-number.ts';

test('IPv6 is read however it is written', t => {
  for (const text of [
    '2001:db8::1',
    '2001:DB8:0:0:0:0:0:1',
    '2001:db8:0::0:1',
    '2001:db8::0.0.0.1',
    '2001:db8::1%eth0',
  ]) {
    t.is(ipNumber(text), 0x20010db8000000000000000000000001n, text);
  }
  t.is(ipNumber('::'), 0n);
  t.is(ipNumber('::1'), 1n);
  t.is(ipNumber('1::'), 1n << 112n);
});

test('IPv4 is the same address when it comes over IPv6', t => {
  t.is(ipNumber('192.0.2.7'), ipNumber('::ffff:192.0.2.7'));
  t.is(ipNumber('192.0.2.7'), ipNumber('::ffff:c000:207'));
});

test('every address of eight groups is its number', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), groups => {
      const text = groups.map(group => group.toString(16)).join(':');
      const number = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
      return ipNumber(text) === number;
    }),
    { seed: 8, numRuns: 300 },
  );
  t.pass();
});

test('a network has no bits after its prefix, and none that its addresses lack', t => {
  t.deepEqual(parseNetwork('10.1.0.0/16'), { prefix: (0xffffn << 16n) | 0x0a01n, bits: 112 });
  t.deepEqual(parseNetwork('192.0.2.7'), { prefix: ipNumber('192.0.2.7')!, bits: 128 });
  t.deepEqual(parseNetwork('::/0'), { prefix: 0n, bits: 0 });
  for (const text of [
    '10.1.0.1/16',
    '10.0.0.0/33',
    '::/129',
    'fe80::1%eth0/64',
    '10.0.0.0/',
    'here',
    '10.1/16',
    '',
  ])
    t.is(parseNetwork(text), undefined, text);
});
