import test from 'ava';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { answer, check, IPV6, LOCAL, liteAgent, nomination, TRANSACTION_ID, WIFI } from './full-agent.ts';

for (const path of [WIFI, IPV6]) {
  test(`a check from ${path.remoteAddress} is answered with the address that it came from`, t => {
    const response = answer(liteAgent(), check(), path);
    t.deepEqual(response?.path, path);
    t.is(response?.message.class, 'success');
    t.deepEqual([...response!.message.transactionId], [...TRANSACTION_ID]);
    t.deepEqual(response?.message.attributes, {
      xorMappedAddress: { address: path.remoteAddress, port: path.remotePort },
    });
  });
}

test('the response is vouched for with our own password', t => {
  const response = answer(liteAgent(), check());
  t.is(response?.message.fingerprint, 'valid');
  t.true(integrityMatches(response!.bytes, response!.message.integrityOffset!, LOCAL.pwd));
});

test('only an authentic check counts as a sign of the peer', t => {
  const agent = liteAgent();
  t.true(agent.receive(1000, check(), WIFI));
  t.true(agent.receive(1000, nomination(), WIFI));
  t.false(agent.receive(1000, check({ local: { ufrag: LOCAL.ufrag, pwd: 'guess' } }), WIFI));
  t.is(agent.counters.requests, 2);
});

test('every request is answered, also one that comes again', t => {
  const agent = liteAgent();
  t.is(answer(agent, check())?.message.class, 'success');
  t.is(answer(agent, check())?.message.class, 'success');
});
