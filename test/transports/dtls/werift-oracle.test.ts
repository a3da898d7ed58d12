import { registerCompletionHandler } from 'ava';
import { DtlsClient } from 'werift';
import { fingerprintOf } from '../../../transports/dtls/certificate.ts';
import type { DtlsOutput } from '../../../transports/dtls/port.ts';
import { makeIdentity } from './support/identities.ts';
import { type Engine, eachEngine, IDENTITY, plain } from './support/pair.ts';

// A client that was refused goes on by its own clock, for half a minute, and would keep the process of the tests alive.
registerCompletionHandler(() => process.exit());

/** Lets a client of werift shake hands with our server, through memory; ends with what the server has to say. */
async function shakeHands(
  dtls: Engine,
  profile: number,
  extendedMasterSecret: boolean,
  promised = IDENTITY.certificateDer,
) {
  const server = dtls.makeServer([fingerprintOf(promised, 'sha-256')]);
  const { promise, resolve } = Promise.withResolvers<DtlsOutput>();
  const transport = {
    type: 'memory',
    address: { address: '127.0.0.1', family: 'IPv4', port: 9 },
    closed: false,
    onData: (_bytes: Buffer) => {},
    async send(bytes: Buffer) {
      server.receive(0, bytes);
      const outputs: DtlsOutput[] = [];
      for (let output = server.poll(); output; output = server.poll()) outputs.push(output);
      // Not before this call is over, as no network would.
      queueMicrotask(() => {
        for (const output of outputs)
          if (output.kind === 'send') transport.onData(Buffer.from(output.bytes));
          else resolve(output);
      });
    },
    async close() {
      transport.closed = true;
    },
  };
  const client = new DtlsClient({
    transport,
    cert: IDENTITY.pem.certificate,
    key: IDENTITY.pem.key,
    signatureHash: { hash: 4, signature: 3 },
    srtpProfiles: [profile as 1],
    extendedMasterSecret,
  });
  // It rejects some time after a refusal.
  client.connect().catch(() => {});
  return { client, output: await promise };
}

for (const [name, profile, saltBytes] of [
  ['AEAD_AES_128_GCM', 7, 12],
  ['AES_CM_128_HMAC_SHA1_80', 1, 14],
] as const)
  for (const extendedMasterSecret of [true, false])
    eachEngine(
      `werift makes the same ${name} keys, extended master secret: ${extendedMasterSecret}`,
      async (t, dtls) => {
        const { client, output } = await shakeHands(dtls, profile, extendedMasterSecret);
        if (output.kind !== 'connected') return t.fail(JSON.stringify(output));
        const theirs = client.extractSessionKeys(16, saltBytes);
        t.deepEqual(plain(output.keys), {
          ...plain({
            profile: name,
            localKey: theirs.remoteKey,
            localSalt: theirs.remoteSalt,
            remoteKey: theirs.localKey,
            remoteSalt: theirs.localSalt,
          }),
        });
        t.is(client.srtp.srtpProfile, profile);
        return undefined;
      },
    );

eachEngine('werift is refused where another certificate was promised', async (t, dtls) => {
  const { output } = await shakeHands(dtls, 7, true, (await makeIdentity()).certificateDer);
  t.like(output, {
    kind: 'failed',
    reason: "the client's certificate does not match the fingerprint in its SDP",
  });
});
