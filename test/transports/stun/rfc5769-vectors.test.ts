import test from 'ava';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { parseStun } from '../../../transports/stun/message.ts';
import { IPV4_RESPONSE, IPV6_RESPONSE, PASSWORD, REQUEST } from './vectors.ts';

test('the sample request is read', t => {
  const message = parseStun(REQUEST);
  t.is(message?.class, 'request');
  t.is(message?.method, 1);
  t.is(Buffer.from(message!.transactionId).toString('hex'), 'b7e7a701bc34d686fa87dfae');
  t.deepEqual(message?.attributes, {
    software: 'STUN test client',
    priority: 0x6e0001ff,
    iceControlled: 0x932ff9b151263b36n,
    username: 'evtj:h6vY',
  });
  t.deepEqual(message?.unknownRequired, []);
});

for (const [name, bytes] of Object.entries({ REQUEST, IPV4_RESPONSE, IPV6_RESPONSE })) {
  test(`${name}: fingerprint and integrity hold, with the right password only`, t => {
    const message = parseStun(bytes);
    t.is(message?.fingerprint, 'valid');
    t.true(integrityMatches(bytes, message!.integrityOffset!, PASSWORD));
    t.false(integrityMatches(bytes, message!.integrityOffset!, `${PASSWORD}x`));
  });
}

test('the sample responses carry the mapped address', t => {
  t.is(parseStun(IPV4_RESPONSE)?.class, 'success');
  t.deepEqual(parseStun(IPV4_RESPONSE)?.attributes, {
    software: 'test vector',
    xorMappedAddress: { address: '192.0.2.1', port: 32853 },
  });
  t.deepEqual(parseStun(IPV6_RESPONSE)?.attributes.xorMappedAddress, {
    address: '2001:db8:1234:5678:11:2233:4455:6677',
    port: 32853,
  });
});

test('a changed byte breaks the fingerprint, and before it the integrity', t => {
  for (const offset of [30, 45, REQUEST.length - 40]) {
    const bytes = REQUEST.slice();
    bytes[offset]! ^= 1;
    const message = parseStun(bytes);
    t.is(message?.fingerprint, 'wrong');
    t.false(integrityMatches(bytes, message!.integrityOffset!, PASSWORD));
  }
});
