import test from 'ava';
import { buildStun, type StunToBuild } from '../../../transports/stun/build.ts';
import { fingerprintAt, integrityAt, integrityMatches } from '../../../transports/stun/integrity.ts';
import { answer, check, LOCAL, liteAgent, REMOTE, TRANSACTION_ID, WIFI } from './full-agent.ts';

const REQUEST: StunToBuild = {
  class: 'request',
  transactionId: TRANSACTION_ID,
  attributes: { username: `${LOCAL.ufrag}:${REMOTE.ufrag}` },
};

/** An authentic check with an attribute of this type, empty, before its integrity. */
function checkWith(type: number): Uint8Array {
  const plain = buildStun({ ...REQUEST, fingerprint: false });
  const size = plain.length + 4 + 24 + 8;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(plain);
  view.setUint16(2, size - 20);
  view.setUint16(plain.length, type);
  const integrityOffset = plain.length + 4;
  view.setUint32(integrityOffset, 0x00080014);
  bytes.set(integrityAt(bytes, integrityOffset, LOCAL.pwd), integrityOffset + 4);
  view.setUint32(size - 8, 0x80280004);
  view.setUint32(size - 4, fingerprintAt(bytes, size - 8));
  return bytes;
}

const refused = [
  {
    name: 'no USERNAME',
    code: 400,
    reason: 'missing credentials',
    bytes: buildStun({ ...REQUEST, attributes: {}, password: LOCAL.pwd }),
  },
  { name: 'no MESSAGE-INTEGRITY', code: 400, reason: 'missing credentials', bytes: buildStun(REQUEST) },
  {
    name: 'another local fragment',
    code: 401,
    reason: 'wrong credentials',
    bytes: check({ local: { ...LOCAL, ufrag: 'else' } }),
  },
  {
    name: 'another remote fragment',
    code: 401,
    reason: 'wrong credentials',
    bytes: check({ remote: { ...REMOTE, ufrag: 'else' } }),
  },
  {
    name: 'another password',
    code: 401,
    reason: 'wrong credentials',
    bytes: check({ local: { ...LOCAL, pwd: 'else' } }),
  },
  {
    name: 'an unknown attribute that must be understood',
    code: 420,
    reason: 'unknown attributes',
    bytes: checkWith(0x0777),
  },
  {
    name: 'a peer that is controlled too',
    code: 487,
    reason: 'role conflict',
    bytes: check({ attributes: { iceControlled: 9n } }),
  },
] as const;

for (const { name, code, reason, bytes } of refused) {
  test(`${name}: ${code}, and nothing is selected`, t => {
    const agent = liteAgent();
    const response = answer(agent, bytes);
    t.is(response?.message.class, 'error');
    t.is(response?.message.attributes.error?.code, code);
    t.is(response?.message.fingerprint, 'valid');
    t.is(agent.counters.refused[reason], 1);
    t.is(agent.counters.requests, 0);
    t.is(agent.selectedPath, undefined);
  });
}

test('a 420 names what was not understood', t => {
  t.deepEqual(answer(liteAgent(), checkWith(0x0777))?.message.attributes.unknownAttributes, [0x0777]);
});

test('an unknown attribute that may be skipped is skipped', t => {
  t.is(answer(liteAgent(), checkWith(0xc057))?.message.class, 'success');
});

test('errors are vouched for once the peer has proved itself, and only then', t => {
  for (const { code, bytes } of refused) {
    const response = answer(liteAgent(), bytes)!;
    const { integrityOffset } = response.message;
    t.is(integrityOffset !== undefined, code === 420 || code === 487, `${code}`);
    if (integrityOffset !== undefined) t.true(integrityMatches(response.bytes, integrityOffset, LOCAL.pwd));
  }
});

const silent = [
  { name: 'noise', reason: 'malformed', bytes: Uint8Array.of(0, 1, 2, 3) },
  {
    name: 'a check without FINGERPRINT',
    reason: 'wrong fingerprint',
    bytes: buildStun({ ...REQUEST, password: LOCAL.pwd, fingerprint: false }),
  },
  {
    name: 'a check with a wrong FINGERPRINT',
    reason: 'wrong fingerprint',
    bytes: check().map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte)),
  },
  {
    name: 'a success response',
    reason: 'not wanted',
    bytes: buildStun({ ...REQUEST, class: 'success', password: LOCAL.pwd }),
  },
  {
    name: 'an error response',
    reason: 'not wanted',
    bytes: buildStun({ ...REQUEST, class: 'error', password: LOCAL.pwd }),
  },
  {
    name: 'a request of another method',
    reason: 'not wanted',
    bytes: buildStun({ ...REQUEST, method: 3, password: LOCAL.pwd }),
  },
] as const;

for (const { name, reason, bytes } of silent) {
  test(`${name} is not answered`, t => {
    const agent = liteAgent();
    t.is(answer(agent, bytes), undefined);
    t.is(agent.counters.refused[reason], 1);
  });
}

test('a binding indication is counted and changes nothing', t => {
  const agent = liteAgent();
  agent.receive(1000, check(), WIFI);
  t.is(agent.poll()?.kind, 'send');
  t.is(agent.poll()?.kind, 'selected');
  const before = agent.lastConsentAtMs;
  t.false(agent.receive(5000, buildStun({ ...REQUEST, class: 'indication' }), WIFI));
  t.is(agent.counters.indications, 1);
  t.is(agent.lastConsentAtMs, before);
  t.is(agent.poll(), undefined);
});
