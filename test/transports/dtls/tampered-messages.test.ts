import { P256, X25519 } from './support/hello.ts';
import { eachEngine, outcome, run } from './support/pair.ts';

eachEngine('a wrong Finished ends the handshake', (t, dtls) => {
  for (const tamperFinished of [
    (data: Uint8Array) => data.with(0, data[0]! ^ 1),
    (data: Uint8Array) => data.subarray(1),
    () => new Uint8Array(12),
    (data: Uint8Array) => Uint8Array.of(...data, 0),
  ]) {
    const pair = run(dtls.makePair({ tamperFinished }), undefined, 30_000);
    t.regex(outcome(pair), /^failed: /);
    t.false(pair.client.isConnected);
  }
});

eachEngine('a wrong verify_data is named in the reason and the alert', (t, dtls) => {
  const pair = run(dtls.makePair({ tamperFinished: data => data.with(11, data[11]! ^ 0x80) }));
  t.is(
    outcome(pair),
    'failed: the client saw another handshake than this one (wrong verify_data in Finished)',
  );
  t.deepEqual(pair.client.alerts, ['decrypt_error']);
});

const badPoints: readonly (readonly [string, number, (point: Uint8Array) => Uint8Array])[] = [
  ['zero on X25519', X25519, () => new Uint8Array(32)],
  ['of small order on X25519', X25519, () => new Uint8Array(32).with(0, 1)],
  ['too short for X25519', X25519, point => point.subarray(1)],
  ['empty', X25519, () => new Uint8Array(0)],
  ['not on P-256', P256, point => point.with(64, point[64]! ^ 1)],
  ['at infinity on P-256', P256, () => new Uint8Array(1)],
  ['compressed on P-256', P256, point => Uint8Array.of(2 + (point[64]! & 1), ...point.subarray(1, 33))],
];
for (const [name, group, tamperPoint] of badPoints)
  eachEngine(`a point of the key exchange is refused: ${name}`, (t, dtls) => {
    const pair = run(dtls.makePair({ offer: { groups: [group, P256] }, tamperPoint }));
    t.is(outcome(pair), "failed: the client's point of the key exchange is not on the curve");
    t.deepEqual(pair.client.alerts, ['illegal_parameter']);
  });

eachEngine('every cut through a ClientHello is refused without a throw', (t, dtls) => {
  for (let length = 1; length < 120; length += 1) {
    const pair = run(
      dtls.makePair({ tamperHello: body => body.subarray(0, Math.min(length, body.length - 1)) }),
    );
    t.regex(outcome(pair), /^failed: /, `${length} bytes`);
  }
});
