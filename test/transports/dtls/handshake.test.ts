import { mirroredKeys } from '../../../simulations/load/dtls-client-handshake.ts';
import { CM, GCM } from './support/hello.ts';
import { eachEngine, outcome, plain, run, START_MS } from './support/pair.ts';

const LENGTHS = {
  [GCM]: { name: 'AEAD_AES_128_GCM', salt: 12 },
  [CM]: { name: 'AES_CM_128_HMAC_SHA1_80', salt: 14 },
};

for (const [code, { name, salt }] of Object.entries(LENGTHS))
  for (const extendedMasterSecret of [true, false])
    eachEngine(
      `both sides make the same ${name} keys, extended master secret: ${extendedMasterSecret}`,
      (t, dtls) => {
        const pair = dtls.connectedPair({ offer: { srtpProfiles: [Number(code)], extendedMasterSecret } });
        t.deepEqual(plain(pair.keys), plain(mirroredKeys(pair.client.keys!)));
        t.is(pair.keys.profile, name as 'AEAD_AES_128_GCM');
        t.deepEqual(
          [pair.keys.localKey, pair.keys.remoteKey, pair.keys.localSalt, pair.keys.remoteSalt].map(
            key => key.length,
          ),
          [16, 16, salt, salt],
        );
        t.is(pair.client.chosen.extensions.includes(23), extendedMasterSecret);
        t.true(pair.client.isConnected);
      },
    );

eachEngine('the server answers each flight with one datagram, in two round trips', (t, dtls) => {
  const pair = dtls.connectedPair();
  const answers = pair.passed.filter(one => one.direction === 'to client');
  t.deepEqual(
    answers.map(one => one.atMs),
    [START_MS + 10, START_MS + 30],
  );
  t.true(answers.every(one => one.bytes.length <= 1200));
  t.is(pair.server.counters.repeatedFlights, 0);
});

eachEngine('no two handshakes make the same keys', (t, dtls) => {
  t.notDeepEqual(plain(dtls.connectedPair().keys), plain(dtls.connectedPair().keys));
});

eachEngine('the change of cipher spec may be lost: each record says its epoch', (t, dtls) => {
  const pair = dtls.makePair();
  run(pair, ({ bytes, direction }) => (direction === 'to server' && bytes[0] === 20 ? [] : [10]));
  t.is(outcome(pair), 'connected');
  t.is(pair.server.counters.repeatedFlights, 0);
});
