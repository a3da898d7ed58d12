import { type DtlsServer, HANDSHAKE_LIMIT_MS } from '../../../transports/dtls/server.ts';
import { eachEngine, IDENTITY, outcome, run, START_MS } from './support/pair.ts';
import { TestClient } from './support/test-client.ts';

function hello(): Uint8Array {
  const client = new TestClient({ identity: IDENTITY });
  client.start(0);
  return client.poll()!;
}

/** How many datagrams the server has to send. */
function sends(server: DtlsServer): number {
  let count = 0;
  for (let output = server.poll(); output; output = server.poll()) if (output.kind === 'send') count += 1;
  return count;
}

eachEngine('before anybody came there is nothing to wait for', (t, dtls) => {
  const server = dtls.makeServer();
  t.is(server.deadline(), undefined);
  server.advance(1e9);
  t.is(server.poll(), undefined);
});

eachEngine('a flight goes out again after 200 ms, then after twice as long each time', (t, dtls) => {
  const server = dtls.makeServer();
  server.receive(START_MS, hello());
  t.is(sends(server), 1);
  const atMs: number[] = [];
  for (let deadline = server.deadline(); deadline; deadline = server.deadline()) {
    server.advance(deadline.atMs - 1);
    t.is(server.poll(), undefined);
    server.advance(deadline.atMs);
    if (sends(server) > 0) atMs.push(deadline.atMs - START_MS);
    else t.is(deadline.atMs, START_MS + HANDSHAKE_LIMIT_MS);
  }
  t.deepEqual(atMs, [200, 600, 1400, 3000, 6200, 12600]);
  t.is(server.counters.repeatedFlights, 6);
});

eachEngine('each deadline has its reason', (t, dtls) => {
  const server = dtls.makeServer();
  const half = hello().slice();
  server.receive(START_MS, half);
  t.deepEqual(server.deadline(), { atMs: START_MS + 200, reason: 'DTLS flight unanswered' });
  const silent = dtls.makeServer();
  silent.receive(START_MS, Uint8Array.of(20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1));
  t.deepEqual(silent.deadline(), { atMs: START_MS + 20_000, reason: 'limit of the DTLS handshake' });
});

eachEngine('a repeated hello brings the flight again, but not for every copy', (t, dtls) => {
  const server = dtls.makeServer();
  server.receive(START_MS, hello());
  sends(server);
  server.receive(START_MS + 1, hello());
  t.is(sends(server), 0);
  server.receive(START_MS + 100, hello());
  server.receive(START_MS + 101, hello());
  t.is(sends(server), 1);
  // What just went out again need not go out at the old time.
  t.is(server.deadline()?.atMs, START_MS + 300);
});

eachEngine('late calls make one repetition, not one for each that was missed', (t, dtls) => {
  const server = dtls.makeServer();
  server.receive(START_MS, hello());
  sends(server);
  server.advance(START_MS + 5000);
  t.is(sends(server), 1);
});

eachEngine('at the limit it fails, says what it waited for, and is silent from then on', (t, dtls) => {
  const pair = run(
    dtls.makePair(),
    ({ direction }) => (direction === 'to server' ? [10] : []),
    START_MS + 19_000,
  );
  t.is(outcome(pair), '');
  run(pair, () => []);
  t.is(
    outcome(pair),
    "failed: the DTLS handshake timed out after 20 s, waiting for the client's Certificate",
  );
  t.is(pair.server.deadline(), undefined);
  pair.server.receive(pair.nowMs, hello());
  pair.server.advance(pair.nowMs + 1e6);
  t.is(pair.server.poll(), undefined);
});
