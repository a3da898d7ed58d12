import test from 'ava';
import { check, IPV6, liteAgent, MOBILE, nomination, START_MS, selections, WIFI } from './full-agent.ts';

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
  agent.receive(START_MS + 1, check(), MOBILE);
  t.deepEqual(selections(agent), []);
  t.deepEqual(agent.selectedPath, WIFI);
  agent.receive(START_MS + 2, nomination(), MOBILE);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('of several nominations the newest wins', t => {
  const agent = liteAgent();
  for (const path of [WIFI, MOBILE, IPV6, WIFI]) agent.receive(START_MS, nomination(), path);
  t.deepEqual(selections(agent), [WIFI, MOBILE, IPV6, WIFI]);
  t.deepEqual(agent.selectedPath, WIFI);
});

test('a nomination of the selected path is no news', t => {
  const agent = liteAgent();
  for (let i = 0; i < 5; i += 1) agent.receive(START_MS, nomination(), { ...WIFI });
  t.deepEqual(selections(agent), [WIFI]);
});

test('each part of a path tells it from others', t => {
  for (const part of [{ remotePort: 1 }, { remoteAddress: '192.0.2.8' }, { localAddress: '10.0.0.2' }]) {
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
