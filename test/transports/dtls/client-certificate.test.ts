import { X509Certificate } from 'node:crypto';
import { fingerprintOf } from '../../../transports/dtls/certificate.ts';
import type { Fingerprint } from '../../../transports/dtls/port.ts';
import { SIGNATURE_SCHEME } from '../../../transports/dtls/signature-schemes.ts';
import { makeIdentity } from './support/identities.ts';
import { eachEngine, IDENTITY, outcome, run } from './support/pair.ts';

const OTHER = await makeIdentity();
const RSA = await makeIdentity({ keyType: 'rsa', keySize: 2048 }, SIGNATURE_SCHEME.rsa_pkcs1_sha256);
const P384 = await makeIdentity({ keyType: 'ec', curve: 'P-384' }, SIGNATURE_SCHEME.ecdsa_secp384r1_sha384);
const P521 = await makeIdentity({ keyType: 'ec', curve: 'P-521' }, 0x0603);
const WEAK = await makeIdentity({ keyType: 'rsa', keySize: 1024 }, SIGNATURE_SCHEME.rsa_pkcs1_sha256);
const DER = IDENTITY.certificateDer;

for (const algorithm of ['sha-256', 'sha-384', 'sha-512'] as const) {
  eachEngine(
    `a certificate with the promised ${algorithm} fingerprint is let in, in any case of its letters`,
    (t, dtls) => {
      const { value } = fingerprintOf(DER, algorithm);
      for (const spelt of [
        { algorithm, value },
        { algorithm: algorithm.toUpperCase(), value: value.toLowerCase() },
      ])
        t.is(
          outcome(run(dtls.makePair({}, [fingerprintOf(OTHER.certificateDer, 'sha-256'), spelt]))),
          'connected',
        );
    },
  );
}

const sha1: Fingerprint = {
  algorithm: 'sha-1',
  value: new X509Certificate(DER).fingerprint,
};
const unpromised: Record<string, readonly Fingerprint[]> = {
  "another client's": [fingerprintOf(OTHER.certificateDer, 'sha-256')],
  'only SHA-1': [sha1],
  'none at all': [],
  'a cut off one': [{ algorithm: 'sha-256', value: fingerprintOf(DER, 'sha-256').value.slice(0, -3) }],
  'an empty one': [{ algorithm: 'sha-256', value: '' }],
  'the right one under the wrong name': [
    { algorithm: 'sha-384', value: fingerprintOf(DER, 'sha-256').value },
  ],
  'an unknown algorithm': [{ algorithm: 'constructor', value: '' }],
};
for (const [name, fingerprints] of Object.entries(unpromised))
  eachEngine(`a certificate that was not promised is refused: ${name}`, (t, dtls) => {
    const pair = run(dtls.makePair({}, fingerprints));
    t.is(outcome(pair), "failed: the client's certificate does not match the fingerprint in its SDP");
    t.deepEqual(pair.client.alerts, ['bad_certificate']);
    t.false(pair.client.isConnected);
  });

eachEngine('a client without a certificate is refused', (t, dtls) => {
  const pair = run(dtls.makePair({ chain: [] }));
  t.is(outcome(pair), 'failed: the client sent no certificate');
  t.deepEqual(pair.client.alerts, ['handshake_failure']);
});

eachEngine('only the first certificate of a chain is the client', (t, dtls) => {
  t.is(outcome(run(dtls.makePair({ chain: [DER, OTHER.certificateDer] }))), 'connected');
  t.regex(outcome(run(dtls.makePair({ chain: [OTHER.certificateDer, DER] }))), /does not match/);
});

eachEngine('what is no certificate is refused, although it was promised', (t, dtls) => {
  const chain = [Uint8Array.of(0x30, 0x03, 1, 2, 3)];
  const pair = run(dtls.makePair({ chain }, [fingerprintOf(chain[0]!, 'sha-256')]));
  t.is(outcome(pair), "failed: the client's certificate cannot be read");
  t.deepEqual(pair.client.alerts, ['bad_certificate']);
});

const UNPROVED =
  'failed: the client did not prove to own its certificate (wrong signature in CertificateVerify)';

eachEngine('a stolen certificate does not help without its key', (t, dtls) => {
  const thief = { ...OTHER, certificateDer: DER };
  const pair = run(dtls.makePair({ identity: thief }));
  t.is(outcome(pair), UNPROVED);
  t.deepEqual(pair.client.alerts, ['decrypt_error']);
});

for (const [name, tamperSignature] of Object.entries({
  'with a bit flipped': (signature: Uint8Array) => signature.with(-1, signature.at(-1)! ^ 1),
  empty: () => new Uint8Array(0),
  'made up': () => new Uint8Array(70).fill(0x30),
  'cut off': (signature: Uint8Array) => signature.subarray(1),
}))
  eachEngine(`a signature is refused: ${name}`, (t, dtls) => {
    t.is(outcome(run(dtls.makePair({ tamperSignature }))), UNPROVED);
  });

eachEngine('a signature is refused that covers another handshake', (t, dtls) => {
  // Somebody between the two takes a group from what the client offers.
  const tamperHello = (body: Uint8Array) => {
    const at = Buffer.from(body).indexOf(Buffer.of(0, 29, 0, 23));
    return body.with(at + 1, 24);
  };
  t.is(outcome(run(dtls.makePair({ tamperHello }))), UNPROVED);
});

eachEngine('a scheme that was not asked for is refused, or one for another kind of key', (t, dtls) => {
  t.is(outcome(run(dtls.makePair({ scheme: 0x0203 }))), UNPROVED);
  const mixed = dtls.makePair({ identity: { ...IDENTITY, certificateDer: RSA.certificateDer } });
  t.is(outcome(run(mixed)), UNPROVED);
});

for (const [name, identity] of Object.entries({
  'P-384 with SHA-384': P384,
  'P-384 with SHA-256': { ...P384, scheme: SIGNATURE_SCHEME.ecdsa_secp256r1_sha256 },
  'RSA PKCS #1 with SHA-256': RSA,
  'RSA PKCS #1 with SHA-512': { ...RSA, scheme: SIGNATURE_SCHEME.rsa_pkcs1_sha512 },
  'RSA PSS with SHA-256': { ...RSA, scheme: SIGNATURE_SCHEME.rsa_pss_rsae_sha256 },
  'RSA PSS with SHA-384': { ...RSA, scheme: SIGNATURE_SCHEME.rsa_pss_rsae_sha384 },
}))
  eachEngine(`a client may sign by ${name}`, (t, dtls) => {
    t.is(outcome(run(dtls.makePair({ identity }))), 'connected');
  });

for (const [name, identity] of Object.entries({ 'RSA with 1024 bits': WEAK, 'P-521': P521 }))
  eachEngine(`a key of an unsupported kind is refused: ${name}`, (t, dtls) => {
    const pair = run(dtls.makePair({ identity }));
    t.regex(outcome(pair), /^failed: the client's key is neither/);
    t.deepEqual(pair.client.alerts, ['unsupported_certificate']);
  });
