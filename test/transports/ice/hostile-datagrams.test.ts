import test from 'ava';
import fc from 'fast-check';
import { OUTPUTS_MAX } from '../../../transports/ice/ice-lite.ts';
import { buildStun } from '../../../transports/stun/build.ts';
import { mutated } from '../stun/mutations.ts';
import {
  check,
  drain,
  IPV6,
  LOCAL,
  liteAgent,
  nomination,
  START_MS,
  TRANSACTION_ID,
  WIFI,
} from './full-agent.ts';

/** The most that an answer may be longer than what it answers: a spoofed source gains nothing from us. */
const EXTRA_BYTES_MAX = 32;

const bare = buildStun({ class: 'request', transactionId: TRANSACTION_ID });

test('no datagram draws more than one answer, or a much longer one', t => {
  let answered = 0;
  fc.assert(
    fc.property(mutated([bare, check(), nomination()]), fc.boolean(), (bytes, isIpv6) => {
      const agent = liteAgent();
      agent.receive(START_MS, bytes, isIpv6 ? IPV6 : WIFI);
      const sends = drain(agent).filter(output => output.kind === 'send');
      t.true(sends.length <= 1);
      for (const sent of sends) {
        answered += 1;
        t.true(
          sent.bytes.length <= bytes.length + EXTRA_BYTES_MAX,
          `${sent.bytes.length} for ${bytes.length}`,
        );
      }
    }),
    { seed: 8445, numRuns: 3000 },
  );
  t.true(answered > 0);
});

test('the answers to the shortest requests are bounded too', t => {
  const named = { username: `${LOCAL.ufrag}:x` };
  const shortest = [
    bare,
    buildStun({ class: 'request', transactionId: TRANSACTION_ID, attributes: named }),
    buildStun({ class: 'request', transactionId: TRANSACTION_ID, attributes: named, password: 'guess' }),
    buildStun({ class: 'request', transactionId: TRANSACTION_ID, attributes: named, password: LOCAL.pwd }),
    buildStun({
      class: 'request',
      transactionId: TRANSACTION_ID,
      attributes: { ...named, iceControlled: 1n },
      password: LOCAL.pwd,
    }),
  ];
  for (const bytes of shortest) {
    const agent = liteAgent({ remote: { ufrag: 'x', pwd: 'x' } });
    agent.receive(START_MS, bytes, IPV6);
    const sent = agent.poll();
    t.is(sent?.kind, 'send');
    if (sent?.kind === 'send') t.true(sent.bytes.length <= bytes.length + EXTRA_BYTES_MAX);
  }
});

test('answers that nobody fetches do not pile up, and news is not lost among them', t => {
  const agent = liteAgent();
  for (let i = 0; i < 3 * OUTPUTS_MAX; i += 1) agent.receive(START_MS, bare, WIFI);
  agent.receive(START_MS, check(), WIFI);
  const outputs = drain(agent);
  t.is(outputs.length, OUTPUTS_MAX);
  t.deepEqual(outputs.at(-1), { kind: 'selected', path: WIFI });
  t.is(agent.counters.outputsDropped, 2 * OUTPUTS_MAX + 2);
});
