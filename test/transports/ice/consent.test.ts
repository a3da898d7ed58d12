import test from 'ava';
import { CONSENT_TIMEOUT_MS, ESTABLISH_TIMEOUT_MS } from '../../../transports/ice/ice-lite.ts';
import {
  answer,
  check,
  drain,
  LOCAL,
  liteAgent,
  MOBILE,
  nomination,
  REMOTE,
  START_MS,
  WIFI,
  WIFI_REBOUND,
} from './full-agent.ts';

test('a client that vanishes is gone within 30 seconds', t => {
  t.true(CONSENT_TIMEOUT_MS < 30_000);
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  drain(agent);
  t.deepEqual(agent.deadline(), { atMs: START_MS + CONSENT_TIMEOUT_MS, reason: 'ice: consent' });
  agent.advance(START_MS + CONSENT_TIMEOUT_MS - 1);
  t.is(agent.state, 'connected');
  agent.advance(START_MS + CONSENT_TIMEOUT_MS);
  t.deepEqual(drain(agent), [
    { kind: 'expired', reason: 'the client fell silent: no connectivity check for 25 s' },
  ]);
  t.is(agent.state, 'expired');
  t.is(agent.selectedPath, undefined);
  t.is(agent.deadline(), undefined);
});

test('each check on the selected path renews consent, on another path it does not', t => {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  agent.receive(START_MS + 5000, check(), WIFI);
  t.is(agent.lastConsentAtMs, START_MS + 5000);
  agent.receive(START_MS + 6000, check(), MOBILE);
  t.is(agent.lastConsentAtMs, START_MS + 5000);
});

test('a forged check renews nothing', t => {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  agent.receive(START_MS + 5000, check({ local: { ...LOCAL, pwd: 'guess' } }), WIFI);
  t.is(agent.lastConsentAtMs, START_MS);
});

test('a nomination brings consent for its path', t => {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  agent.receive(START_MS + 9000, nomination(), WIFI_REBOUND);
  t.is(agent.lastConsentAtMs, START_MS + 9000);
});

test('a client that never comes is not waited for longer than the time to establish', t => {
  const agent = liteAgent();
  t.deepEqual(agent.deadline(), { atMs: START_MS + ESTABLISH_TIMEOUT_MS, reason: 'ice: first check' });
  agent.advance(START_MS + ESTABLISH_TIMEOUT_MS);
  t.deepEqual(drain(agent), [
    { kind: 'expired', reason: 'no connectivity check came from the client within 20 s' },
  ]);
});

test('the time to establish starts anew with the answer, but not once a check has come', t => {
  const agent = liteAgent();
  agent.setRemote(START_MS + 15_000, REMOTE);
  t.is(agent.deadline()?.atMs, START_MS + 15_000 + ESTABLISH_TIMEOUT_MS);
  agent.receive(START_MS + 16_000, check(), WIFI);
  agent.setRemote(START_MS + 17_000, REMOTE);
  t.is(agent.deadline()?.atMs, START_MS + 16_000 + CONSENT_TIMEOUT_MS);
});

test('after the end nothing is answered any more, and the end is told once', t => {
  const agent = liteAgent({ timeouts: { establishMs: 50 } });
  agent.advance(START_MS + 50);
  agent.advance(START_MS + 5000);
  t.is(drain(agent).length, 1);
  t.is(answer(agent, check()), undefined);
  t.is(agent.state, 'expired');
});

test('both timeouts can be set', t => {
  const agent = liteAgent({ timeouts: { establishMs: 50, consentMs: 70 } });
  t.is(agent.deadline()?.atMs, START_MS + 50);
  agent.receive(START_MS + 10, check(), WIFI);
  t.is(agent.deadline()?.atMs, START_MS + 80);
});
