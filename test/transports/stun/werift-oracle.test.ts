import test from 'ava';
import { classes, Message, methods, parseMessage } from 'werift';
import { buildStun } from '../../../transports/stun/build.ts';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { parseStun } from '../../../transports/stun/message.ts';

const TRANSACTION_ID = Buffer.from('0102030405060708090a0b0c', 'hex');
const PASSWORD = 'a password of good length';

test('another implementation reads our request, and its integrity', t => {
  const bytes = buildStun({
    class: 'request',
    transactionId: TRANSACTION_ID,
    attributes: {
      username: 'here:there',
      priority: 0x7effffff,
      useCandidate: true,
      iceControlling: 0xfedcba9876543210n,
    },
    password: PASSWORD,
  });
  // It finds nothing when the integrity or the fingerprint is wrong.
  t.is(parseMessage(Buffer.from(bytes), Buffer.from('another password of its own')), undefined);
  const theirs = parseMessage(Buffer.from(bytes), Buffer.from(PASSWORD));
  t.is(theirs?.messageClass, classes.REQUEST);
  t.is(theirs?.messageMethod, methods.BINDING);
  t.deepEqual(theirs?.transactionId, TRANSACTION_ID);
  t.is(theirs?.getAttributeValue('USERNAME'), 'here:there');
  t.is(theirs?.getAttributeValue('PRIORITY'), 0x7effffff);
  t.is(theirs?.getAttributeValue('ICE-CONTROLLING'), 0xfedcba9876543210n);
  t.true(theirs?.attributesKeys.includes('USE-CANDIDATE'));
});

for (const address of ['203.0.113.9', '2001:db8::9']) {
  test(`another implementation reads our response with ${address}`, t => {
    const bytes = buildStun({
      class: 'success',
      transactionId: TRANSACTION_ID,
      attributes: { xorMappedAddress: { address, port: 54321 } },
      password: PASSWORD,
    });
    const theirs = parseMessage(Buffer.from(bytes), Buffer.from(PASSWORD));
    t.is(theirs?.messageClass, classes.RESPONSE);
    const [theirAddress, theirPort] = theirs?.getAttributeValue('XOR-MAPPED-ADDRESS') ?? [];
    t.is(theirPort, 54321);
    t.is(parseStun(bytes)?.attributes.xorMappedAddress?.address, address);
    if (address.includes('.')) t.is(theirAddress, address);
  });
}

test('another implementation reads our error', t => {
  const bytes = buildStun({
    class: 'error',
    transactionId: TRANSACTION_ID,
    attributes: { error: { code: 487, reason: 'Role Conflict' } },
  });
  const theirs = parseMessage(Buffer.from(bytes));
  t.is(theirs?.messageClass, classes.ERROR);
  t.deepEqual(theirs?.getAttributeValue('ERROR-CODE'), [487, 'Role Conflict']);
});

test('we read the request of another implementation', t => {
  const theirs = new Message(methods.BINDING, classes.REQUEST, TRANSACTION_ID);
  theirs.setAttribute('USERNAME', 'here:there');
  theirs.setAttribute('PRIORITY', 1234567890);
  theirs.setAttribute('ICE-CONTROLLED', 77n);
  theirs.setAttribute('USE-CANDIDATE', null);
  theirs.addMessageIntegrity(Buffer.from(PASSWORD));
  theirs.addFingerprint();
  const bytes = theirs.bytes;
  const message = parseStun(bytes);
  t.is(message?.class, 'request');
  t.is(message?.fingerprint, 'valid');
  t.true(integrityMatches(bytes, message!.integrityOffset!, PASSWORD));
  t.deepEqual(message?.attributes, {
    username: 'here:there',
    priority: 1234567890,
    iceControlled: 77n,
    useCandidate: true,
  });
});
