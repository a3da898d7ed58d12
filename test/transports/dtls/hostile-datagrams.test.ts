import test from 'ava';
import fc from 'fast-check';
import { mirroredKeys } from '../../../simulations/load/dtls-client-handshake.ts';
import { parseClientHello } from '../../../transports/dtls/client-hello.ts';
import { parseFragments } from '../../../transports/dtls/handshake-message.ts';
import { parseRecords } from '../../../transports/dtls/record.ts';
import { BROWSER_13_OFFER, helloBody } from './support/hello.ts';
import { mutation } from './support/mutations.ts';
import { eachEngine, outcome, PORTABLE, plain, run, START_MS } from './support/pair.ts';

const RECORDED = PORTABLE.connectedPair({ offer: BROWSER_13_OFFER, pieceBytes: 700 }).passed.map(
  one => one.bytes,
);

test('records and fragments never reach past the datagram', t => {
  fc.assert(
    fc.property(fc.constantFrom(...RECORDED), mutation, (bytes, mutate) => {
      const hostile = mutate(bytes);
      const { records, strayBytes } = parseRecords(hostile);
      const framed = records.reduce((sum, record) => sum + 13 + record.fragment.length, 0);
      const fragments = records.flatMap(record => parseFragments(record.fragment) ?? []);
      const carried = fragments.reduce((sum, one) => sum + one.bytes.length, 0);
      return framed + strayBytes === hostile.length && carried <= hostile.length;
    }),
    { seed: 4, numRuns: 1000 },
  );
  t.pass();
});

test('a hello is parsed into numbers or refused', t => {
  const hello = helloBody(BROWSER_13_OFFER, new Uint8Array(32));
  t.truthy(parseClientHello(hello));
  fc.assert(
    fc.property(mutation, mutate => {
      const hostile = mutate(hello);
      const parsed = parseClientHello(hostile);
      return parsed === undefined || parsed.cipherSuites.length <= hostile.length / 2;
    }),
    { seed: 5, numRuns: 1000 },
  );
});

/** What may be sent for one datagram: a flight, or the end of it. */
const ANSWER_MAX_DATAGRAMS = 2;

eachEngine('mutated datagrams at any point neither throw, nor flood, nor let anybody in', (t, dtls) => {
  let connected = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 45 }),
      fc.array(fc.tuple(fc.nat(30), mutation), { minLength: 1, maxLength: 8 }),
      (progressMs, hostile) => {
        const pair = run(
          dtls.makePair({ offer: BROWSER_13_OFFER, pieceBytes: 700 }),
          undefined,
          START_MS + progressMs,
        );
        const genuine = [...pair.passed.map(one => one.bytes), ...RECORDED];
        for (const [which, mutate] of hostile) {
          pair.server.receive(pair.nowMs, mutate(genuine[which % genuine.length]!));
          let answers = 0;
          for (let output = pair.server.poll(); output; output = pair.server.poll())
            if (output.kind === 'send') answers += 1;
            else pair.outcomes.push(output);
          if (answers > ANSWER_MAX_DATAGRAMS) return false;
        }
        run(pair);
        connected += outcome(pair) === 'connected' ? 1 : 0;
        if (pair.server.deadline() !== undefined) return false;
        const [first] = pair.outcomes;
        if (first?.kind !== 'connected') return pair.outcomes.length <= 1;
        return JSON.stringify(plain(first.keys)) === JSON.stringify(plain(mirroredKeys(pair.client.keys!)));
      },
    ),
    { seed: 6, numRuns: 150 },
  );
  // Not a test of how it fails only.
  t.true(connected > 30, `${connected} connected`);
});

eachEngine('early records under the keys are kept only so many, and only so big', (t, dtls) => {
  const server = dtls.makeServer();
  const early = (bytes: number) =>
    Uint8Array.of(22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, bytes >> 8, bytes & 0xff, ...new Uint8Array(bytes));
  server.receive(0, early(257));
  t.is(server.counters.refusedRecords, 1);
  for (let i = 0; i < 10; i += 1) server.receive(0, early(61));
  t.is(server.counters.refusedRecords, 7);
});

eachEngine('records of later epochs and other protocols are refused', (t, dtls) => {
  const pair = dtls.connectedPair();
  pair.client.inject(1, 21, Uint8Array.of(2, 80));
  const record = pair.client.poll()!;
  pair.server.receive(pair.nowMs, record.with(4, 2));
  t.is(pair.server.counters.refusedRecords, 1);
  for (const [at, value] of [
    [0, 25],
    [0, 0x2c],
    [1, 3],
  ] as const)
    pair.server.receive(pair.nowMs, record.with(at, value));
  t.is(pair.server.counters.malformedDatagrams, 3);
  t.is(outcome(run(pair)), '');
});
