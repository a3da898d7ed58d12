import test from 'ava';
import { BROWSER_13_OFFER, BROWSER_OFFER, CM, GCM, type HelloOffer, P256, X25519 } from './support/hello.ts';
import { eachEngine, NATIVE, outcome, PORTABLE, run } from './support/pair.ts';

const refused: readonly (readonly [string, Partial<HelloOffer>, string, RegExp])[] = [
  ['DTLS 1.3 only', { ...BROWSER_13_OFFER, supportedVersions: [0xfefc] }, 'protocol_version', /DTLS 1\.2/],
  ['DTLS 1.0 only', { version: 0xfeff }, 'protocol_version', /DTLS 1\.2/],
  ['TLS, not DTLS', { version: 0x0303 }, 'protocol_version', /DTLS 1\.2/],
  ['other cipher suites', { cipherSuites: [0xc02f, 0xc00a] }, 'handshake_failure', /cipher suite/],
  ['compression only', { compressionMethods: [1] }, 'illegal_parameter', /compression/],
  ['compressed points only', { pointFormats: [1] }, 'illegal_parameter', /points/],
  ['other groups', { groups: [24, 25] }, 'handshake_failure', /X25519 and P-256/],
  ['other signatures', { signatureSchemes: [0x0401] }, 'handshake_failure', /ECDSA/],
  ['no signatures', { signatureSchemes: undefined }, 'handshake_failure', /ECDSA/],
  ['no SRTP', { srtpProfiles: undefined }, 'handshake_failure', /use_srtp/],
  ['no common SRTP profile', { srtpProfiles: [2, 5, 8] }, 'handshake_failure', /SRTP profile/],
  ['a renegotiation', { renegotiatedConnection: new Uint8Array(12) }, 'handshake_failure', /renegotiate/],
  ['an extension twice', { others: [[23, new Uint8Array(0)]] }, 'decode_error', /ClientHello is malformed/],
];

for (const [name, offer, alert, reason] of refused)
  eachEngine(`a client that offers ${name} is told ${alert}`, (t, dtls) => {
    const pair = run(dtls.makePair({ offer }));
    t.deepEqual(pair.client.alerts, [alert as 'decode_error']);
    t.regex(outcome(pair), reason);
    t.true(outcome(pair).startsWith('failed: '));
    t.is(pair.server.deadline(), undefined);
  });

const taken: readonly (readonly [string, Partial<HelloOffer>, { group?: number; profile?: number }])[] = [
  ['X25519 before P-256', { groups: [P256, X25519] }, { group: X25519 }],
  ['P-256 when it is alone', { groups: [P256] }, { group: P256 }],
  ['GCM before CM', { srtpProfiles: [CM, GCM] }, { profile: GCM }],
  ['CM when it is alone', { srtpProfiles: [8, CM] }, { profile: CM }],
  ['SRTP without the MKI', { mki: Uint8Array.of(1, 2) }, { profile: GCM }],
  ['DTLS 1.2 from a later version', { version: 0xfefc }, { profile: GCM }],
  ['DTLS 1.2 from a list of versions', BROWSER_13_OFFER, { profile: GCM }],
];

for (const [name, offer, chosen] of taken)
  eachEngine(`the server takes ${name}`, (t, dtls) => {
    t.like(dtls.connectedPair({ offer }).client.chosen, chosen);
  });

eachEngine('extensions are answered only when they were offered', (t, dtls) => {
  const bare = { extendedMasterSecret: false, renegotiatedConnection: undefined, pointFormats: undefined };
  const answered = (offer: Partial<HelloOffer>) =>
    dtls.connectedPair({ offer }).client.chosen.extensions.toSorted((a, b) => a - b);
  t.deepEqual(answered(bare), [14]);
  t.deepEqual(answered({}), [11, 14, 23, 0xff01]);
});

eachEngine('the cipher suite that stands for renegotiation_info is answered with it', (t, dtls) => {
  const offer = { renegotiatedConnection: undefined, cipherSuites: [...BROWSER_OFFER.cipherSuites, 0x00ff] };
  t.true(dtls.connectedPair({ offer }).client.chosen.extensions.includes(0xff01));
});

test('a client that names no groups gets P-256, or is told that it has to offer it', t => {
  const offer = { groups: undefined };
  t.is(PORTABLE.connectedPair({ offer }).client.chosen.group, P256);
  t.is(
    outcome(run(NATIVE.makePair({ offer }))),
    "failed: the client does not offer the group P-256, which our certificate's key is on",
  );
});
