import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import {
  CONSENT_TIMEOUT_MS,
  ESTABLISH_TIMEOUT_MS,
  IceLite,
  OWN_REQUEST_PACE_MS,
} from '../../../transports/ice/ice-lite.ts';
import { PROOF_REQUESTS_MAX, PROOF_RESEND_MS } from '../../../transports/ice/path-proof.ts';
import {
  check,
  drain,
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
  WIFI_REBOUND,
} from './full-agent.ts';

const suspicious = (): IceLite => liteAgent({ provesFirstPath: true });

test('the first path is selected once the peer has answered a request there, and not before', t => {
  const agent = suspicious();
  t.true(agent.receive(START_MS, nomination(), WIFI));
  const [request] = requests(agent);
  t.deepEqual(request!.path, WIFI);
  t.is(agent.selectedPath, undefined);
  t.true(agent.receive(START_MS + 20, reply(request!.message), WIFI));
  t.deepEqual(selections(agent), [WIFI]);
  t.is(agent.lastConsentAtMs, START_MS + 20);
});

test('who forges the source of a check gets nothing sent there but five requests', t => {
  const agent = suspicious();
  agent.receive(START_MS, nomination(), MOBILE);
  let sent = requests(agent).length;
  for (let nowMs = START_MS; nowMs < START_MS + ESTABLISH_TIMEOUT_MS; nowMs += PROOF_RESEND_MS) {
    agent.advance(nowMs);
    sent += requests(agent).length;
  }
  t.is(sent, PROOF_REQUESTS_MAX);
  t.is(agent.selectedPath, undefined);
  agent.advance(START_MS + ESTABLISH_TIMEOUT_MS);
  const [expired] = drain(agent);
  t.is(expired?.kind, 'expired');
  t.regex((expired as { reason: string }).reason, /answered none of ours within 20 s/);
});

test('a peer that is not described yet is asked at its first check after that', t => {
  const agent = new IceLite({
    local: LOCAL,
    nowMs: START_MS,
    random: seededRandom(8445),
    provesFirstPath: true,
  });
  t.true(agent.receive(START_MS, nomination({ remote: { ufrag: 'remo', pwd: '' } }), WIFI));
  t.deepEqual(requests(agent), []);
  agent.setRemote(START_MS + 10, REMOTE);
  t.is(agent.selectedPath, undefined);
  agent.receive(START_MS + 100, check(), WIFI);
  prove(agent, START_MS + 120);
  t.deepEqual(agent.selectedPath, WIFI);
});

test('of several paths the first one is asked, or the one that is nominated', t => {
  const agent = suspicious();
  agent.receive(START_MS, check(), WIFI);
  agent.receive(START_MS + 10, check(), MOBILE);
  t.deepEqual(
    requests(agent).map(({ path }) => path),
    [WIFI],
  );
  agent.receive(START_MS + 20, nomination(), MOBILE);
  agent.advance(START_MS + OWN_REQUEST_PACE_MS);
  const [request] = requests(agent);
  t.deepEqual(request!.path, MOBILE);
  agent.receive(START_MS + 70, reply(request!.message), MOBILE);
  t.deepEqual(selections(agent), [MOBILE]);
});

test('after a proof that was given up the next check asks for another', t => {
  const agent = suspicious();
  agent.receive(START_MS, check(), WIFI);
  const givenUpAtMs = START_MS + PROOF_REQUESTS_MAX * PROOF_RESEND_MS;
  for (let nowMs = START_MS; nowMs <= givenUpAtMs; nowMs += PROOF_RESEND_MS) agent.advance(nowMs);
  drain(agent);
  agent.receive(givenUpAtMs + 1, check(), WIFI);
  prove(agent, givenUpAtMs + 2);
  t.deepEqual(agent.selectedPath, WIFI);
});

test('once there is a path all is as ever: ports move at once, consent expires', t => {
  const agent = suspicious();
  agent.receive(START_MS, nomination(), WIFI);
  prove(agent, START_MS);
  t.deepEqual(selections(agent), [WIFI]);
  agent.receive(START_MS + 1, nomination(), WIFI_REBOUND);
  t.deepEqual(selections(agent), [WIFI_REBOUND]);
  agent.advance(START_MS + 1 + CONSENT_TIMEOUT_MS);
  t.deepEqual(
    drain(agent).map(({ kind }) => kind),
    ['expired'],
  );
});
