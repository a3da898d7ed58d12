import fc from 'fast-check';
import { mirroredKeys } from '../../../simulations/load/dtls-client-handshake.ts';
import { HANDSHAKE_LIMIT_MS } from '../../../transports/dtls/server.ts';
import { BROWSER_13_OFFER } from './support/hello.ts';
import { eachEngine, type Network, outcome, type Pair, plain, run, START_MS } from './support/pair.ts';

const DATAGRAMS = 12;
const options = { offer: BROWSER_13_OFFER, pieceBytes: 900 };

/** Both are connected, agree, and have nothing left to do. */
function isUp(pair: Pair): boolean {
  return (
    outcome(pair) === 'connected' &&
    pair.client.isConnected &&
    pair.server.deadline() === undefined &&
    JSON.stringify(plain(keysOf(pair))) === JSON.stringify(plain(mirroredKeys(pair.client.keys!)))
  );
}

function keysOf(pair: Pair) {
  const [first] = pair.outcomes;
  return first?.kind === 'connected' ? first.keys : undefined;
}

eachEngine('any one datagram may be lost', (t, dtls) => {
  for (let lost = 0; lost < DATAGRAMS; lost += 1) {
    const pair = run(dtls.makePair(options), ({ index }) => (index === lost ? [] : [10]));
    t.true(isUp(pair), `without datagram ${lost}`);
  }
});

eachEngine('any two datagrams in a row may be lost', (t, dtls) => {
  for (let lost = 0; lost < DATAGRAMS; lost += 1) {
    const pair = run(dtls.makePair(options), ({ index }) =>
      index === lost || index === lost + 1 ? [] : [10],
    );
    t.true(isUp(pair), `without datagrams ${lost} and the next`);
  }
});

eachEngine('any datagram may come twice, at once or late', (t, dtls) => {
  for (const copyMs of [10, 35, 400])
    for (let twice = 0; twice < DATAGRAMS; twice += 1) {
      const pair = run(dtls.makePair(options), ({ index }) => (index === twice ? [10, copyMs] : [10]));
      t.true(isUp(pair), `datagram ${twice} again after ${copyMs} ms`);
    }
});

eachEngine('any datagram may be overtaken by those behind it', (t, dtls) => {
  for (let late = 0; late < DATAGRAMS; late += 1) {
    const pair = run(dtls.makePair(options), ({ index }) => (index === late ? [60] : [10]));
    t.true(isUp(pair), `datagram ${late} late`);
  }
});

eachEngine('a Finished that overtakes its whole flight is kept for when its keys are there', (t, dtls) => {
  const pair = dtls.makePair(options);
  run(pair, ({ bytes, direction }) => (direction === 'to server' && bytes[4] === 0 ? [100] : [10]), 5400);
  t.is(outcome(pair), 'connected');
  t.is(pair.passed.filter(one => one.direction === 'to server' && one.bytes[4] === 1).length, 1);
});

eachEngine('a final flight that is lost is sent again when the client asks', (t, dtls) => {
  let isLost = false;
  const pair = run(dtls.makePair(options), ({ bytes, direction }) => {
    const isFinal = direction === 'to client' && bytes[0] === 20 && !isLost;
    isLost ||= isFinal;
    return isFinal ? [] : [10];
  });
  t.true(isUp(pair));
  t.is(pair.server.counters.repeatedFlights, 1);
});

const fate = fc.oneof(
  { weight: 3, arbitrary: fc.constant<readonly number[]>([]) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 400 }).map(delayMs => [delayMs]) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 3 }) },
);

eachEngine('whatever becomes of the first datagrams, the handshake comes up', (t, dtls) => {
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 40 }), fc.constantFrom(60, 300, 900), (fates, pieceBytes) => {
      const network: Network = ({ index }) => fates[index] ?? [5];
      return isUp(run(dtls.makePair({ pieceBytes }), network));
    }),
    { seed: 1, numRuns: 60 },
  );
  t.pass();
});

eachEngine('when nothing gets through any more it ends at its limit, with a reason', (t, dtls) => {
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 10 }), fates => {
      const pair = run(dtls.makePair(options), ({ index }) => fates[index] ?? []);
      const isQuiet = pair.outcomes.length === 0 && pair.server.deadline() === undefined;
      const isTimedOut =
        /^failed: the DTLS handshake timed out after 20 s, waiting for the client's \w+$/.test(
          outcome(pair),
        ) &&
        pair.passed
          .filter(one => one.direction === 'to client')
          .every(one => one.atMs <= START_MS + 1000 + HANDSHAKE_LIMIT_MS);
      // Where not even a hello came the server knows of nobody; where all came it is up.
      return isQuiet || isTimedOut || outcome(pair) === 'connected';
    }),
    { seed: 2, numRuns: 40 },
  );
  t.pass();
});
