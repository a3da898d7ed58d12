import test from 'ava';
import { CONSENT_TIMEOUT_MS, type IceLite, OWN_REQUEST_PACE_MS } from '../../../transports/ice/ice-lite.ts';
import { PROOF_REQUESTS_MAX, PROOF_RESEND_MS } from '../../../transports/ice/path-proof.ts';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import {
  check,
  drain,
  IPV6,
  LOCAL,
  liteAgent,
  MOBILE,
  nomination,
  prove,
  REMOTE,
  reply,
  requests,
  START_MS,
  selections,
  WIFI,
} from './full-agent.ts';

const GIVEN_UP_AFTER_MS = PROOF_REQUESTS_MAX * PROOF_RESEND_MS;

/** On Wi-Fi since START_MS. */
function connected(): IceLite {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  drain(agent);
  return agent;
}

test('a nomination from another network draws a request there, and moves nothing before it is answered', t => {
  const agent = connected();
  t.true(agent.receive(START_MS + 100, nomination(), MOBILE));
  const [request, ...more] = requests(agent);
  t.is(more.length, 0);
  t.deepEqual(request!.path, MOBILE);
  t.deepEqual(agent.selectedPath, WIFI);
  t.is(agent.lastConsentAtMs, START_MS);
  t.true(agent.receive(START_MS + 150, reply(request!.message), MOBILE));
  t.deepEqual(selections(agent), [MOBILE]);
  t.is(agent.lastConsentAtMs, START_MS + 150);
  t.deepEqual(agent.counters.proofs, { asked: 1, given: 1, failed: 0 });
});

test('the request is what a full agent answers: named and vouched for in its credentials, from the controlled side', t => {
  const agent = connected();
  agent.receive(START_MS, nomination(), MOBILE);
  const [{ message, bytes }] = requests(agent) as [ReturnType<typeof requests>[0]];
  const { username, priority, iceControlled, iceControlling, useCandidate } = message.attributes;
  t.is(username, `${REMOTE.ufrag}:${LOCAL.ufrag}`);
  t.true(integrityMatches(bytes, message.integrityOffset!, REMOTE.pwd));
  t.is(message.fingerprint, 'valid');
  t.is(typeof priority, 'number');
  t.is(typeof iceControlled, 'bigint');
  t.is(iceControlling, undefined);
  t.is(useCandidate, undefined);
});

test('the tie-breaker stays, the transaction does not', t => {
  const agent = connected();
  agent.receive(START_MS, nomination(), MOBILE);
  agent.receive(START_MS + 1000, nomination(), IPV6);
  const [first, second] = requests(agent).map(({ message }) => message);
  t.is(first!.attributes.iceControlled, second!.attributes.iceControlled);
  t.notDeepEqual(first!.transactionId, second!.transactionId);
});

const otherTransaction = Uint8Array.from({ length: 12 }, () => 7);
const noProofs = [
  { name: 'of another transaction', change: { transactionId: otherTransaction }, path: MOBILE },
  { name: 'by another path', change: {}, path: IPV6 },
  { name: 'to another address of ours', change: {}, path: { ...MOBILE, localAddress: '10.0.0.2' } },
] as const;

for (const { name, change, path } of noProofs) {
  test(`a response ${name} proves nothing`, t => {
    const agent = connected();
    agent.receive(START_MS, nomination(), MOBILE);
    const [{ message }] = requests(agent) as [ReturnType<typeof requests>[0]];
    t.false(agent.receive(START_MS, reply({ ...message, ...change }), path));
    t.is(agent.counters.refused['not wanted'], 1);
    t.deepEqual(selections(agent), []);
    t.true(agent.receive(START_MS, reply(message), MOBILE), 'and the true one still does');
  });
}

test('a response with the wrong password, and an error, prove nothing', t => {
  const agent = connected();
  agent.receive(START_MS, nomination(), MOBILE);
  const [{ message }] = requests(agent) as [ReturnType<typeof requests>[0]];
  t.false(agent.receive(START_MS, reply(message, { ...REMOTE, pwd: LOCAL.pwd }), MOBILE));
  t.false(agent.receive(START_MS, reply(message, REMOTE, 'error'), MOBILE));
  t.deepEqual(agent.selectedPath, WIFI);
  t.is(agent.counters.refused['not wanted'], 2);
});

test('a proof counts once', t => {
  const agent = connected();
  agent.receive(START_MS, nomination(), MOBILE);
  const [{ message }] = requests(agent) as [ReturnType<typeof requests>[0]];
  t.true(agent.receive(START_MS, reply(message), MOBILE));
  t.false(agent.receive(START_MS, reply(message), MOBILE));
});

test('unanswered, the request is repeated some times and then given up, until the peer nominates again', t => {
  const agent = connected();
  agent.receive(START_MS, nomination(), MOBILE);
  const sent = requests(agent);
  for (let i = 1; i < PROOF_REQUESTS_MAX; i += 1) {
    const atMs = START_MS + i * PROOF_RESEND_MS;
    t.deepEqual(agent.deadline(), { atMs, reason: 'ice: proof of a path' });
    // The peer's own checks along the way start nothing anew.
    agent.receive(atMs - 1, nomination(), MOBILE);
    t.is(requests(agent).length, 0);
    agent.advance(atMs);
    sent.push(...requests(agent));
  }
  t.is(sent.length, PROOF_REQUESTS_MAX);
  t.is(new Set(sent.map(({ message }) => String(message.transactionId))).size, 1);
  agent.advance(START_MS + GIVEN_UP_AFTER_MS);
  t.is(requests(agent).length, 0);
  t.deepEqual(agent.deadline(), { atMs: START_MS + CONSENT_TIMEOUT_MS, reason: 'ice: consent' });
  t.deepEqual(agent.counters.proofs, { asked: 1, given: 0, failed: 1 });
  t.deepEqual(agent.selectedPath, WIFI);

  agent.receive(START_MS + 5000, nomination(), MOBILE);
  prove(agent, START_MS + 5100);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('nominations that are never proved do not keep a session alive', t => {
  const agent = connected();
  for (let nowMs = START_MS; nowMs <= START_MS + CONSENT_TIMEOUT_MS; nowMs += 100) {
    agent.advance(nowMs);
    agent.receive(nowMs, nomination(), MOBILE);
    drain(agent);
  }
  t.is(agent.state, 'expired');
});

test('the newest nomination wins here too', t => {
  const agent = connected();
  agent.receive(START_MS + 100, nomination(), MOBILE);
  const [mobile] = requests(agent);
  agent.receive(START_MS + 1000, nomination(), IPV6);
  const [ipv6] = requests(agent);
  t.false(agent.receive(START_MS + 1010, reply(mobile!.message), MOBILE));
  t.true(agent.receive(START_MS + 1020, reply(ipv6!.message), IPV6));
  t.deepEqual(selections(agent), [IPV6]);

  agent.receive(START_MS + 2000, nomination(), MOBILE);
  const [again] = requests(agent);
  agent.receive(START_MS + 2010, nomination(), IPV6);
  t.false(agent.receive(START_MS + 2020, reply(again!.message), MOBILE), 'a nomination of the selected path');
  t.deepEqual(agent.selectedPath, IPV6);
});

test('a plain check on the selected path stops no proof of another', t => {
  const agent = connected();
  agent.receive(START_MS + 100, nomination(), MOBILE);
  const [request] = requests(agent);
  agent.receive(START_MS + 110, check(), WIFI);
  t.true(agent.receive(START_MS + 150, reply(request!.message), MOBILE));
});

test('however many networks are nominated, requests of our own are few', t => {
  const agent = connected();
  let sent = 0;
  for (let i = 0; i < 1000; i += 1) {
    const nowMs = START_MS + i;
    agent.advance(nowMs);
    agent.receive(nowMs, nomination(), { ...MOBILE, remoteAddress: `198.51.100.${i % 250}` });
    sent += requests(agent).length;
  }
  t.true(sent > 0);
  t.true(sent <= 1 + 1000 / OWN_REQUEST_PACE_MS, `${sent}`);
});
