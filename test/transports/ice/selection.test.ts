import test from 'ava';
import {
  check,
  liteAgent,
  MOBILE,
  nomination,
  START_MS,
  selections,
  WIFI,
  WIFI_REBOUND,
} from './full-agent.ts';

test('nothing is selected before a check', t => {
  const agent = liteAgent();
  t.is(agent.state, 'checking');
  t.is(agent.selectedPath, undefined);
  t.is(agent.poll(), undefined);
});

test('the first valid check selects its path until there is a nomination', t => {
  const agent = liteAgent();
  agent.receive(START_MS, check(), WIFI);
  t.deepEqual(selections(agent), [WIFI]);
  t.is(agent.state, 'connected');
  agent.receive(START_MS + 1, check(), WIFI_REBOUND);
  t.deepEqual(selections(agent), []);
  t.deepEqual(agent.selectedPath, WIFI);
  agent.receive(START_MS + 2, nomination(), WIFI_REBOUND);
  t.deepEqual(selections(agent), [WIFI_REBOUND]);
});

test('of several nominations the newest wins', t => {
  const agent = liteAgent();
  for (const path of [WIFI, WIFI_REBOUND, WIFI]) agent.receive(START_MS, nomination(), path);
  t.deepEqual(selections(agent), [WIFI, WIFI_REBOUND, WIFI]);
  t.deepEqual(agent.selectedPath, WIFI);
});

test('a nomination of the selected path is no news', t => {
  const agent = liteAgent();
  for (let i = 0; i < 5; i += 1) agent.receive(START_MS, nomination(), { ...WIFI });
  t.deepEqual(selections(agent), [WIFI]);
});

test('a nomination moves at once to another port, or to another address of ours', t => {
  for (const part of [{ remotePort: 1 }, { localAddress: '10.0.0.2' }]) {
    const agent = liteAgent();
    const other = { ...WIFI, ...part };
    agent.receive(START_MS, nomination(), WIFI);
    agent.receive(START_MS, nomination(), other);
    t.deepEqual(selections(agent), [WIFI, other]);
  }
});

test('a check that is refused nominates nothing', t => {
  const agent = liteAgent();
  agent.receive(START_MS, nomination(), WIFI);
  agent.receive(START_MS, nomination({ local: { ufrag: 'locaLuf1', pwd: 'guess' } }), MOBILE);
  t.deepEqual(selections(agent), [WIFI]);
});
