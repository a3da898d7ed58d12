import test from 'ava';
import { SILENT_PATH_MS } from '../../../transports/ice/ice-lite.ts';
import {
  check,
  drain,
  IPV6,
  liteAgent,
  MOBILE,
  nomination,
  prove,
  START_MS,
  selections,
  WIFI,
  WIFI_REBOUND,
} from './full-agent.ts';

function connected() {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  drain(agent);
  return agent;
}

test('checks that nominate nothing move a session whose path has fallen silent, as when a NAT gave it another port', t => {
  const agent = connected();
  agent.receive(START_MS + SILENT_PATH_MS - 1, check(), WIFI_REBOUND);
  t.deepEqual(selections(agent), []);
  agent.receive(START_MS + SILENT_PATH_MS, check(), WIFI_REBOUND);
  t.deepEqual(selections(agent), [WIFI_REBOUND]);
  t.is(agent.lastConsentAtMs, START_MS + SILENT_PATH_MS);
});

test('from another network they too need a proof', t => {
  const agent = connected();
  const nowMs = START_MS + SILENT_PATH_MS;
  agent.receive(nowMs, check(), MOBILE);
  t.deepEqual(agent.selectedPath, WIFI);
  prove(agent, nowMs + 50);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('they do not stop the proof of a path that was nominated', t => {
  const agent = connected();
  const nowMs = START_MS + SILENT_PATH_MS;
  agent.receive(nowMs, nomination(), MOBILE);
  agent.receive(nowMs + 1, check(), IPV6);
  prove(agent, nowMs + 50);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('a path with checks of its own is not silent', t => {
  const agent = connected();
  for (let i = 1; i < 10; i += 1) {
    agent.receive(START_MS + i * 5000, check(), WIFI);
    agent.receive(START_MS + i * 5000 + 4999, check(), WIFI_REBOUND);
  }
  t.deepEqual(selections(agent), []);
});
