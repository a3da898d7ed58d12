import test from 'ava';
import { CONSENT_TIMEOUT_MS } from '../../../transports/ice/ice-lite.ts';
import {
  answer,
  check,
  LOCAL,
  LOCAL_2,
  liteAgent,
  MOBILE,
  nomination,
  prove,
  REMOTE_2,
  START_MS,
  selections,
  WIFI,
  WIFI_REBOUND,
} from './full-agent.ts';

const NEW = { local: LOCAL_2, remote: REMOTE_2 };

function restarted() {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  agent.restart(START_MS + 1000, LOCAL_2, REMOTE_2);
  selections(agent);
  return agent;
}

test('until the new credentials are used the old ones are answered and the old path is kept', t => {
  const agent = restarted();
  t.deepEqual(agent.local, LOCAL_2);
  t.is(answer(agent, check(), WIFI, START_MS + 2000)?.message.class, 'success');
  t.deepEqual(agent.selectedPath, WIFI);
  t.is(agent.lastConsentAtMs, START_MS + 2000);
});

test('the first check with the new credentials ends the old ones and moves to its path', t => {
  const agent = restarted();
  agent.receive(START_MS + 2000, check(NEW), WIFI_REBOUND);
  t.deepEqual(selections(agent), [WIFI_REBOUND]);
  t.is(answer(agent, check(), WIFI)?.message.attributes.error?.code, 401);
  t.is(answer(agent, check(NEW), WIFI_REBOUND)?.message.class, 'success');
});

test('on the path that was selected already the move is no news', t => {
  const agent = restarted();
  agent.receive(START_MS + 2000, check(NEW), WIFI);
  t.deepEqual(selections(agent), []);
  t.is(agent.lastConsentAtMs, START_MS + 2000);
});

test('after the move only nominations count again', t => {
  const agent = restarted();
  agent.receive(START_MS + 2000, check(NEW), WIFI_REBOUND);
  agent.receive(START_MS + 2001, check(NEW), WIFI);
  t.deepEqual(selections(agent), [WIFI_REBOUND]);
  agent.receive(START_MS + 2002, nomination(NEW), WIFI);
  t.deepEqual(selections(agent), [WIFI]);
});

test('to another network the first check with the new credentials moves once the peer has proved to be there', t => {
  const agent = restarted();
  agent.receive(START_MS + 2000, check(NEW), MOBILE);
  t.deepEqual(agent.selectedPath, WIFI);
  prove(agent, START_MS + 2100, REMOTE_2);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('the fragments that are answered are those of the last description, and of what the peer was seen to use', t => {
  const agent = liteAgent();
  t.deepEqual(agent.localFragments, [LOCAL.ufrag]);
  agent.receive(START_MS, nomination(), WIFI);
  agent.restart(START_MS, LOCAL_2, REMOTE_2);
  t.deepEqual(agent.localFragments, [LOCAL_2.ufrag, LOCAL.ufrag]);
  agent.restart(START_MS, { ...LOCAL_2, ufrag: 'locaLuf3' }, { ...REMOTE_2, ufrag: 'rem3' });
  t.deepEqual(agent.localFragments, ['locaLuf3', LOCAL.ufrag]);
  agent.restart(START_MS, LOCAL_2, REMOTE_2);
  agent.receive(START_MS, check(NEW), WIFI);
  t.deepEqual(agent.localFragments, [LOCAL_2.ufrag]);
});

test('a restart that comes to nothing does no harm', t => {
  const agent = restarted();
  for (let nowMs = START_MS; nowMs < START_MS + 4 * CONSENT_TIMEOUT_MS; nowMs += 5000) {
    agent.advance(nowMs);
    agent.receive(nowMs, check(), WIFI);
    selections(agent);
  }
  t.is(agent.state, 'connected');
});

test('halves of old and new credentials do not mix', t => {
  const agent = restarted();
  t.is(answer(agent, check({ local: LOCAL_2 }), WIFI)?.message.attributes.error?.code, 401);
  t.is(answer(agent, check({ remote: REMOTE_2 }), WIFI)?.message.attributes.error?.code, 401);
});

test('of two restarts in a row the first is forgotten, and what the peer uses is not', t => {
  const agent = restarted();
  const third = { local: { ufrag: 'locaLuf3', pwd: 'third' }, remote: { ufrag: 'rem3', pwd: 'third' } };
  agent.restart(START_MS + 1500, third.local, third.remote);
  t.is(answer(agent, check(NEW), WIFI)?.message.attributes.error?.code, 401);
  t.is(answer(agent, check(), WIFI)?.message.class, 'success');
  t.is(answer(agent, check(third), WIFI)?.message.class, 'success');
});

test('a restart before the first check gives the client its time again', t => {
  const agent = liteAgent({ timeouts: { establishMs: 100 } });
  agent.restart(START_MS + 90, LOCAL_2, REMOTE_2);
  t.is(agent.deadline()?.atMs, START_MS + 190);
  t.is(answer(agent, check())?.message.class, 'success');
});
