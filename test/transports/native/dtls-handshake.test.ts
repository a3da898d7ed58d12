import { X509Certificate } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import { HANDSHAKE_TYPE, messageBytes, parseFragments } from '../../../transports/dtls/handshake-message.ts';
import { CONTENT_TYPE } from '../../../transports/dtls/record.ts';
import { RecordLayer } from '../../../transports/dtls/record-layer.ts';
import { loadAddon, type NativeAddon } from '../../../transports/native/addon.ts';
import { makeDtlsContext } from '../../../transports/native/dtls.ts';
import { mutation } from '../dtls/support/mutations.ts';

const addon = loadAddon();
if (typeof addon === 'string') throw new Error(`the native engine is not built: ${addon}`);
const { NativeDtlsContext, NativeDtlsHandshake } = addon;
const WALL_MS = Date.UTC(2026, 0, 1);
const ours = await makeCertificate(WALL_MS);
const theirs = await makeCertificate(WALL_MS);
const serverContext = makeDtlsContext(addon, true, ours);
const clientContext = makeDtlsContext(addon, false, theirs);

const NOTHING = new Uint8Array(0);
const BAD_CERTIFICATE = 42;
const PROTOCOL_VERSION = 70;
const CHANGE_CIPHER_SPEC = Uint8Array.of(1);

interface End {
  readonly handshake: InstanceType<NativeAddon['NativeDtlsHandshake']>;
  /** What the other side seals with, as this one is shown it. */
  readonly peer: RecordLayer;
}

function ends(): { readonly client: End; readonly server: End } {
  const client = new NativeDtlsHandshake(clientContext);
  const server = new NativeDtlsHandshake(serverContext);
  client.admit(ours.certificateDer);
  server.admit(theirs.certificateDer);
  return {
    client: { handshake: client, peer: new RecordLayer() },
    server: { handshake: server, peer: new RecordLayer() },
  };
}

/** Hands messages over one by one, changed on the way; what is said in answer, or the alert. */
function handOver(
  said: Uint8Array,
  to: End,
  change: (record: Uint8Array) => Uint8Array,
): Uint8Array | number {
  const answers: Uint8Array[] = [];
  for (const { type, messageSeq, bytes } of parseFragments(said) ?? []) {
    const isFinished = type === HANDSHAKE_TYPE.finished;
    // Its keys are looked at elsewhere: here it comes as whatever it is changed into.
    const record = to.peer.seal(0, CONTENT_TYPE.handshake, messageBytes({ type, messageSeq, body: bytes }));
    if (isFinished) to.handshake.take(to.peer.seal(0, CONTENT_TYPE.changeCipherSpec, CHANGE_CIPHER_SPEC));
    const answer = to.handshake.take(change(record));
    if (typeof answer === 'number') return answer;
    answers.push(answer);
  }
  return Buffer.concat(answers);
}

const asIs = (bytes: Uint8Array) => bytes;

function messageTypes(said: Uint8Array | number): readonly number[] {
  if (typeof said === 'number') throw new Error(`alert ${said}`);
  return parseFragments(said)!.map(({ type }) => type);
}

test('each side says whole messages, and OpenSSL has keys for them as soon as both halves are there', t => {
  const { client, server } = ends();
  const hello = client.handshake.take(NOTHING) as Uint8Array;
  t.deepEqual(messageTypes(hello), [1]);
  const flight = handOver(hello, server, asIs) as Uint8Array;
  t.deepEqual(messageTypes(flight), [2, 11, 12, 13, 14]);
  t.is(client.handshake.recordKeys(), undefined);
  const answer = handOver(flight, client, asIs) as Uint8Array;
  t.deepEqual(messageTypes(answer), [11, 16, 15, 20]);
  t.is(client.handshake.recordKeys()!.length, 40);
  t.is(server.handshake.recordKeys(), undefined);
  t.is(client.handshake.srtpKeys(), undefined, 'not complete');
});

test('a certificate that was not admitted is refused, whatever it is', t => {
  for (const admitted of [undefined, ours.certificateDer, NOTHING]) {
    const { client } = ends();
    const server: End = { handshake: new NativeDtlsHandshake(serverContext), peer: new RecordLayer() };
    if (admitted !== undefined) server.handshake.admit(admitted);
    const flight = handOver(client.handshake.take(NOTHING) as Uint8Array, server, asIs) as Uint8Array;
    const answer = handOver(flight, client, asIs) as Uint8Array;
    t.is(handOver(answer, server, asIs), BAD_CERTIFICATE);
  }
});

test('bytes of any kind, at any point, end the handshake or are let go: nothing throws', t => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 20_000 }));
  fc.assert(
    fc.property(fc.nat(2), fc.array(bytes, { minLength: 1, maxLength: 6 }), (progress, hostile) => {
      const { client, server } = ends();
      const hello = client.handshake.take(NOTHING) as Uint8Array;
      const flight = progress > 0 ? (handOver(hello, server, asIs) as Uint8Array) : NOTHING;
      if (progress > 1) handOver(flight, client, asIs);
      for (const { handshake } of [client, server]) {
        for (const one of hostile) handshake.take(one);
        handshake.recordKeys();
        if (handshake.srtpKeys() !== undefined) return false;
        handshake.release();
      }
      return true;
    }),
    { seed: 9, numRuns: 300 },
  );
  t.pass();
});

test('mutated messages, of both sides, neither throw nor make keys for media', t => {
  fc.assert(
    fc.property(fc.array(fc.option(mutation, { freq: 3 }), { minLength: 10, maxLength: 10 }), mutations => {
      const { client, server } = ends();
      let at = 0;
      const change = (record: Uint8Array) => (mutations[at++ % mutations.length] ?? asIs)(record);
      let said = client.handshake.take(NOTHING);
      for (let to = server; typeof said !== 'number' && said.length > 0; to = to === server ? client : server)
        said = handOver(said, to, change);
      // No Finished went over under its keys.
      return client.handshake.srtpKeys() === undefined && server.handshake.srtpKeys() === undefined;
    }),
    { seed: 10, numRuns: 400 },
  );
  t.pass();
});

test('what is no context, certificate or record is an exception, and so is what comes after the release', t => {
  const key = theirs.privateKey.export({ type: 'pkcs8', format: 'der' });
  t.throws(() => new NativeDtlsContext(true, NOTHING, key));
  t.throws(() => new NativeDtlsContext(true, ours.certificateDer, key), undefined, "another's key");
  t.throws(() => new NativeDtlsContext(true, ours.certificateDer, ours.privateKey as unknown as Uint8Array));
  for (const wrong of [undefined, 1, {}, new NativeDtlsHandshake(serverContext)])
    t.throws(() => new NativeDtlsHandshake(wrong as typeof serverContext));
  const handshake = new NativeDtlsHandshake(serverContext);
  t.throws(() => handshake.take('hello' as unknown as Uint8Array));
  t.throws(() => handshake.take(new Uint8Array(65_536)));
  handshake.release();
  handshake.release();
  t.throws(() => handshake.take(NOTHING));
  t.throws(() => handshake.admit(NOTHING));
  t.is(handshake.recordKeys(), undefined);
  t.is(handshake.srtpKeys(), undefined);
});

test("OpenSSL's errors are not left for the crypto of Node to trip over", t => {
  const { client, server } = ends();
  const hello = client.handshake.take(NOTHING) as Uint8Array;
  // The version that the client offers.
  t.is(
    handOver(hello, server, record => record.with(26, 0xff)),
    PROTOCOL_VERSION,
  );
  t.notThrows(() => new X509Certificate(ours.certificateDer).publicKey);
});
